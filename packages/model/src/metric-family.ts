/** The kinds of metric families that Prometheus and OpenMetrics know. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** One label of a series. */
export interface Label {
  readonly name: string;
  readonly value: string;
}

/**
 * All series of one metric at one instant, as columns. It is the only thing that crosses from instruments, collectors and
 * parsers to formats, bridges and checks.
 *
 * Columns rather than objects, because a family may hold a million series. {@link MetricFamily.rows} offers the same data
 * one series at a time. Nobody changes a family after it was made: consumers may keep it, share it and read it in slices.
 */
export interface MetricFamily {
  /** The full name: with `_total` for most counters, with `_info` for infos. */
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string;
  /** The unit in full words, such as `seconds`; already part of the name. */
  readonly unit?: string;
  /** Labels that every series has, with these values. They precede the others. No name stands here and in `labelNames`. */
  readonly constLabels: readonly Label[];
  /** Names of the labels in which series differ, in the order in which they are shown. */
  readonly labelNames: readonly string[];
  /** For each of `labelNames` the values that occur; `labelIds` points into them. May hold values that no series uses. */
  readonly dictionaries: readonly (readonly string[])[];
  /** Number of series. */
  readonly size: number;
  /** `size` x `labelNames.length` positions in the dictionaries; -1 where a series lacks the label. */
  readonly labelIds: Int32Array;
  /** `size` x `layout.width` numbers; `layout` says what each of a series' numbers is. */
  readonly values: Float64Array;
  readonly layout: Layout;
  /** When each series began to count, in milliseconds since the epoch; NaN where unknown. */
  readonly startMs?: Float64Array;
  /** When each value was observed, in milliseconds since the epoch; NaN where not said, which is the usual case. */
  readonly timestampMs?: Float64Array;
  /**
   * For each series of a histogram or summary 1 if it lacks the sum that its layout has, else 0; left out where none does.
   * A count is never NaN: where a series lacks one, that is what stands for it.
   */
  readonly absentSums?: Uint8Array;
  /** Latest examples of what was counted; few series have any. */
  readonly exemplars?: ExemplarColumns;
  /** Native (exponential) buckets of histograms, beside or instead of the classic ones in `values`. */
  readonly native?: NativeColumns;
  /** What the quantiles of a summary were computed from, so that several processes' can be merged and computed anew. */
  readonly sketch?: SketchColumns;
  /** How the values of several processes or threads become one. */
  readonly merge?: MergeMode;
  /** Whether every thread has values of its own (the default), or the process as a whole has them once. */
  readonly scope?: MetricScope;
  /**
   * Stands for the instrument that the family is of, in this process. As long as it and `layoutVersion` are the same, the
   * series that were there still stand at the same places with the same labels, and new ones behind them.
   */
  readonly identity?: object;
  readonly layoutVersion?: number;
  /** The series one at a time. Makes one object for each; iterate the columns where there may be very many. */
  rows(): Iterable<Row>;
}

/**
 * How the values of several processes or threads become one: one series each (`all`), or one for all by a rule. With `live`
 * only those of members that still run count.
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

/** Of what a value is: of one thread, or of the process that the thread is in. */
export type MetricScope = 'thread' | 'process';

/** An example of what was counted, such as the trace in which it happened. */
export interface Exemplar {
  /** Free labels; all names and values together have at most 128 characters. */
  readonly labels: readonly Label[];
  /** The value that was observed, or the amount by which a counter rose. */
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestampMs?: number;
}

/** Exemplars by series: those of series `i` stand from `offsets[i]` up to, without, `offsets[i + 1]`. */
export interface ExemplarColumns {
  /** `size` + 1 positions, never falling. */
  readonly offsets: Int32Array;
  readonly exemplars: readonly Exemplar[];
  /** For each exemplar the classic bucket that it belongs to; -1 for one of a counter or of the native buckets. */
  readonly buckets: Int32Array;
}

/** Native histograms by series. */
export interface NativeColumns {
  /** Resolution: a bucket's bound is 2^(2^-schema) times the one before. {@link NO_NATIVE} for a series without. */
  readonly schemas: Int8Array;
  /** Up to this distance from zero, inclusive, everything is in the zero bucket. */
  readonly zeroThresholds: Float64Array;
  readonly zeroCounts: Float64Array;
  readonly positive: BucketColumns;
  readonly negative: BucketColumns;
}

/** In `NativeColumns.schemas`: the series has no native buckets. */
export const NO_NATIVE = -128;

/** Buckets by series: those of series `i` stand from `offsets[i]` up to, without, `offsets[i + 1]`, by rising index. */
export interface BucketColumns {
  /** `size` + 1 positions, never falling. */
  readonly offsets: Int32Array;
  readonly indexes: Int32Array;
  /** Counts of each bucket alone, neither cumulative nor as differences. */
  readonly counts: Float64Array;
}

/**
 * Logarithmic buckets of the summary's observations within its time window, by series. Bucket `i` holds values above
 * gamma^(i-1) and up to gamma^i, where gamma = (1 + relativeError) / (1 - relativeError).
 */
export interface SketchColumns {
  readonly relativeError: number;
  readonly zeroCounts: Float64Array;
  readonly positive: BucketColumns;
  readonly negative: BucketColumns;
}

/** What the numbers of one series mean. A series has `width` numbers in a row; unnamed ones are to be ignored. */
export type Layout = ScalarLayout | ClassicLayout | QuantileLayout | StateLayout;

/** One number at offset 0: counters, gauges, infos (always 1) and unknowns. */
export interface ScalarLayout {
  readonly kind: 'scalar';
  readonly width: number;
}

/** Classic buckets from offset 0 on, one for each bound and one more for +Inf. */
export interface ClassicLayout {
  readonly kind: 'classic';
  readonly width: number;
  /** Upper bounds in rising order, without +Inf. */
  readonly bounds: Float64Array;
  /**
   * Whether a bucket counts everything up to its bound (as formats show it) or only what is above the bound before (as
   * instruments count). Where it is cumulative, NaN marks a bucket that a series does not have.
   */
  readonly cumulative: boolean;
  /** Offset of the sum of all observations, -1 if there is none. */
  readonly sum: number;
  /** Offset of the number of observations, -1 if it is the total of the buckets. */
  readonly count: number;
}

/** Quantile values from offset 0 on, as many as `quantiles`: summaries. */
export interface QuantileLayout {
  readonly kind: 'quantile';
  readonly width: number;
  /** Each between 0 and 1, in rising order; empty for a summary of only count and sum. */
  readonly quantiles: Float64Array;
  /** Offset of the sum of all observations, -1 if there is none. */
  readonly sum: number;
  /** Offset of the number of observations, -1 if there is none. */
  readonly count: number;
}

/** One number per state from offset 0 on, 1 where it holds and 0 where not. */
export interface StateLayout {
  readonly kind: 'state';
  readonly width: number;
  readonly states: readonly string[];
}

/** One series of a family. Which of the four it is follows from the family's type. */
export type Row = ScalarRow | HistogramRow | SummaryRow | StateSetRow;

/** What every row has. */
export interface RowBase {
  /** All labels of the series, constant ones included; has no prototype, so that any label name is safe. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the series began to count, in milliseconds since the epoch. */
  readonly startMs?: number;
  /** When the value was observed, in milliseconds since the epoch. */
  readonly timestampMs?: number;
  readonly exemplars?: readonly RowExemplar[];
}

/** An exemplar of a row; of a classic histogram it says to which bucket it belongs. */
export interface RowExemplar extends Exemplar {
  /** Upper bound of the classic bucket; absent for counters and native buckets. */
  readonly le?: number;
}

/** A native histogram of a row. */
export interface NativeRow {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** Counts of each bucket alone, by rising index. */
  readonly positive: readonly { readonly index: number; readonly count: number }[];
  readonly negative: readonly { readonly index: number; readonly count: number }[];
}

/** A series of a counter, gauge, info (value 1) or unknown. */
export interface ScalarRow extends RowBase {
  readonly value: number;
}

/** A series of a histogram or gauge histogram. */
export interface HistogramRow extends RowBase {
  /** Cumulative counts by rising upper bound; the last one has `le: Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  readonly count: number;
  readonly sum?: number;
  readonly native?: NativeRow;
}

/** A series of a summary. */
export interface SummaryRow extends RowBase {
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
  readonly count?: number;
  readonly sum?: number;
}

/** A series of a state set. */
export interface StateSetRow extends RowBase {
  readonly states: Readonly<Record<string, boolean>>;
}
