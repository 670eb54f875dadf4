/** Type of a metric family: the types of Prometheus and OpenMetrics. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** Label of a series: a name and a value. */
export interface Label {
  readonly name: string;
  readonly value: string;
}

/**
 * All series of one metric at one instant, in columns. Instruments, collectors and parsers produce families; formats,
 * exporters and checks consume them. No other data crosses between these packages.
 *
 * Columns instead of objects, because a family can have a million series. {@link MetricFamily.rows} returns the same
 * data as one object per series. A family is immutable: consumers may keep it, share it and read it in slices.
 */
export interface MetricFamily {
  /** Full name: ends in `_total` for most counters and in `_info` for infos. */
  readonly name: string;
  /** Type of the metric. Determines the kind of `layout`. */
  readonly type: MetricType;
  /** Description for people. */
  readonly help?: string;
  /** Unit in full words, such as `seconds`. Also part of the name. */
  readonly unit?: string;
  /**
   * Labels that every series has, with the same values. Shown in front of the other labels, and not repeated in
   * `labelNames`.
   */
  readonly constLabels: readonly Label[];
  /** Names of the labels in which series differ, in the order of display. */
  readonly labelNames: readonly string[];
  /**
   * Values of each label in `labelNames`. `labelIds` refers to their positions. May contain values that no series uses.
   */
  readonly dictionaries: readonly (readonly string[])[];
  /** Number of series, also called rows: every column is indexed by row. */
  readonly size: number;
  /** Positions in the dictionaries: for each row, a position per label name; -1 if the series lacks the label. */
  readonly labelIds: Int32Array;
  /** Values of the series: `layout.width` consecutive numbers for each row. */
  readonly values: Float64Array;
  /** Meaning of the numbers of a row in `values`. */
  readonly layout: Layout;
  /** Start time of each series, when it began to count, in milliseconds since the epoch; NaN if unknown. */
  readonly startMs?: Float64Array;
  /** Time of observation of each series, in milliseconds since the epoch; NaN if absent. Most families have none. */
  readonly timestampMs?: Float64Array;
  /**
   * Time of the last write to each series, in milliseconds since the epoch, for the merge modes `mostrecent` and
   * `livemostrecent`. In no format.
   */
  readonly updatedMs?: Float64Array;
  /**
   * Part of each number in `values` that rounding took away, in sums over processes: the exact sum is both together. A sum that is rounded
   * again with each process that ends would go backwards in its last digit, which servers take for a restart. In no format.
   */
  readonly remainders?: Float64Array;
  /**
   * For each number in `values`, 1 if the series lacks the number: a bucket, quantile, state, count or sum. Else 0.
   * Omitted if nothing is absent; ignored for scalar layouts, whose series always have their number. An absent number is
   * no sample in any format. NaN in `values` is an ordinary value.
   */
  readonly absent?: Uint8Array;
  /** Latest exemplars. Few series have any. */
  readonly exemplars?: ExemplarColumns;
  /** Native (exponential) buckets of a histogram, beside or instead of the classic buckets in `values`. */
  readonly native?: NativeColumns;
  /** Distributions behind the quantiles of a summary. Unlike quantiles, they can be merged over processes. */
  readonly sketch?: SketchColumns;
  /** Rule to combine the values of several processes or threads. */
  readonly merge?: MergeMode;
  /** Owner of a value: each thread (default) or the whole process. */
  readonly scope?: MetricScope;
  /**
   * Object that stands for the instrument of the family, the same at every gathering of this process. While `identity`
   * and `layoutVersion` stay the same, every earlier series keeps its row, labels and start time; new series get the rows
   * after the last row. No two rows have the same labels, and all columns are valid: writers do not check such a family again.
   */
  readonly identity?: object;
  /** Version of the order of the rows: a change means that earlier series may be in other rows, gone, or begun again. */
  readonly layoutVersion?: number;
  /** Returns the series as objects, one for each. For a family with very many series, read the columns instead. */
  rows(): Iterable<Row>;
}

/**
 * Rule to combine the values of several processes or threads: one series for each (`all`), or one value for all (`sum`,
 * `min`, `max`, `avg`, `mostrecent`). Modes with `live`, and `avg`, ignore processes and threads that have ended.
 */
export type MergeMode =
  | 'all'
  | 'liveall'
  | 'sum'
  | 'livesum'
  | 'min'
  | 'livemin'
  | 'max'
  | 'livemax'
  | 'avg'
  | 'mostrecent'
  | 'livemostrecent';

/** Owner of a value: one thread, or the whole process. */
export type MetricScope = 'thread' | 'process';

/** Example of an observation, such as the trace in which the observation was made. */
export interface Exemplar {
  /** Labels with any names, such as `trace_id`. All names and values together have at most 128 characters. */
  readonly labels: readonly Label[];
  /** Observed value, or the increase of a counter. */
  readonly value: number;
  /** Time of the observation, in milliseconds since the epoch. */
  readonly timestampMs?: number;
}

/** Exemplars by row: row `i` has the exemplars from `offsets[i]` (inclusive) to `offsets[i + 1]` (exclusive). */
export interface ExemplarColumns {
  /** `size` + 1 positions in ascending order. A row without exemplars has two equal positions. */
  readonly offsets: Int32Array;
  /** Exemplars of all rows. */
  readonly exemplars: readonly Exemplar[];
  /** Index of the classic bucket of each exemplar; -1 for exemplars of counters and of native buckets. */
  readonly buckets: Int32Array;
}

/** Native histograms by row. */
export interface NativeColumns {
  /**
   * Resolution: a bucket's upper bound is 2^(2^-schema) times the bound of the previous bucket. {@link NO_NATIVE} marks
   * a row without native buckets.
   */
  readonly schemas: Int8Array;
  /** Limit of the zero bucket, which contains all values at most this far from zero. */
  readonly zeroThresholds: Float64Array;
  /** Counts of the zero bucket. */
  readonly zeroCounts: Float64Array;
  /** Buckets of positive values. */
  readonly positive: BucketColumns;
  /** Buckets of negative values; the indexes are those of the absolute values. */
  readonly negative: BucketColumns;
}

/** Value in `NativeColumns.schemas` for a series without native buckets. */
export const NO_NATIVE = -128;

/**
 * Buckets by row: row `i` has the buckets from `offsets[i]` (inclusive) to `offsets[i + 1]` (exclusive), in rising
 * order of their indexes.
 */
export interface BucketColumns {
  /** `size` + 1 positions in ascending order. A row without buckets has two equal positions. */
  readonly offsets: Int32Array;
  /** Index of each bucket on its exponential scale. */
  readonly indexes: Int32Array;
  /** Count of each bucket alone: neither cumulative nor the difference from the count of the previous bucket. */
  readonly counts: Float64Array;
}

/**
 * Logarithmic buckets of a summary's observations within its time window, by row. Bucket `i` contains values above
 * gamma^(i-1) and up to gamma^i, where gamma = (1 + relativeError) / (1 - relativeError). The bucket
 * {@link SKETCH_INFINITY} contains infinite values.
 */
export interface SketchColumns {
  /** Largest relative error of a quantile. */
  readonly relativeError: number;
  /** Counts of observations of zero. */
  readonly zeroCounts: Float64Array;
  /** Buckets of positive values. */
  readonly positive: BucketColumns;
  /** Buckets of negative values; the indexes are those of the absolute values. */
  readonly negative: BucketColumns;
}

/** Index of the bucket of infinite values in sketches. */
export const SKETCH_INFINITY = 2 ** 31 - 1;

/** Meaning of the `width` consecutive numbers of one series. Ignore numbers to which the layout gives no meaning. */
export type Layout = ScalarLayout | ClassicLayout | QuantileLayout | StateLayout;

/** Layout of counters, gauges, infos and unknowns: one number, at offset 0. The number of an info is 1. */
export interface ScalarLayout {
  readonly kind: 'scalar';
  /** Number of values for each row. */
  readonly width: number;
}

/** Layout of histograms: classic buckets from offset 0 on, one for each bound and another for +Inf. */
export interface ClassicLayout {
  readonly kind: 'classic';
  /** Number of values for each row. */
  readonly width: number;
  /** Upper bounds in rising order, without +Inf. */
  readonly bounds: Float64Array;
  /**
   * True if a bucket counts all values up to its bound, as in formats; false if only values above the previous bound,
   * as in instruments.
   */
  readonly cumulative: boolean;
  /** Offset of the sum of all observations; -1 if absent. */
  readonly sum: number;
  /** Offset of the number of observations; -1 if the number is the total of the buckets. */
  readonly count: number;
}

/** Layout of summaries: values of quantiles from offset 0 on, in the order of `quantiles`. */
export interface QuantileLayout {
  readonly kind: 'quantile';
  /** Number of values for each row. */
  readonly width: number;
  /** Quantiles from 0 to 1, in rising order; empty for a summary with only count and sum. */
  readonly quantiles: Float64Array;
  /** Offset of the sum of all observations; -1 if absent. */
  readonly sum: number;
  /** Offset of the number of observations; -1 if absent. */
  readonly count: number;
}

/** Layout of state sets: one number per state from offset 0 on, 1 for an active state, else 0. */
export interface StateLayout {
  readonly kind: 'state';
  /** Number of values for each row. */
  readonly width: number;
  /** Names of the states. */
  readonly states: readonly string[];
}

/** One series of a family. The family's type determines the type of row. */
export type Row = ScalarRow | HistogramRow | SummaryRow | StateSetRow;

/** Properties of every row. */
export interface RowBase {
  /** All labels of the series, including constant ones. Has no prototype, so that any label name is safe. */
  readonly labels: Readonly<Record<string, string>>;
  /** Start time of the series, in milliseconds since the epoch. */
  readonly startMs?: number;
  /** Time of the observation, in milliseconds since the epoch. */
  readonly timestampMs?: number;
  /** Latest exemplars of the series. */
  readonly exemplars?: readonly RowExemplar[];
}

/** Exemplar of a row, with its classic bucket. */
export interface RowExemplar extends Exemplar {
  /** Upper bound of the classic bucket; absent for counters and native buckets. */
  readonly le?: number;
}

/** Native histogram of a row. */
export interface NativeRow {
  /** Resolution: a bucket's upper bound is 2^(2^-schema) times the bound of the previous bucket. */
  readonly schema: number;
  /** Limit of the zero bucket, which contains all values at most this far from zero. */
  readonly zeroThreshold: number;
  /** Count of the zero bucket. */
  readonly zeroCount: number;
  /** Count of each bucket alone, in rising order of the indexes. */
  readonly positive: readonly { readonly index: number; readonly count: number }[];
  /** Like `positive`, for the absolute values of negative observations. */
  readonly negative: readonly { readonly index: number; readonly count: number }[];
}

/** Series of a counter, gauge, info (value 1) or unknown. */
export interface ScalarRow extends RowBase {
  readonly value: number;
}

/** Series of a histogram or gauge histogram. */
export interface HistogramRow extends RowBase {
  /** Cumulative counts in rising order of the upper bounds; the last bucket usually has `le: Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  /** Number of observations; the count of the highest bucket if the series lacks a count. */
  readonly count: number;
  /** Sum of all observations. */
  readonly sum?: number;
  /** Native buckets, beside or instead of classic ones. */
  readonly native?: NativeRow;
}

/** Series of a summary. */
export interface SummaryRow extends RowBase {
  /** Values of the quantiles, in rising order of the quantiles. */
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
  /** Number of observations. */
  readonly count?: number;
  /** Sum of all observations. */
  readonly sum?: number;
}

/** Series of a state set. */
export interface StateSetRow extends RowBase {
  /** For the name of each state, true if the state is active. */
  readonly states: Readonly<Record<string, boolean>>;
}
