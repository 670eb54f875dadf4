import type { Row } from './row.ts';

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
  /** The series one at a time. Makes one object for each; iterate the columns where there may be very many. */
  rows(): Iterable<Row>;
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
