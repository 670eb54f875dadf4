import {
  type BucketColumns,
  bucketCount,
  type ClassicLayout,
  hasCount,
  hasNumber,
  type MetricFamily,
  NO_NATIVE,
  type QuantileLayout,
  totalCount,
} from '@promwright/model';

/**
 * Returns true if a format can express the numbers of the rows from `start` (inclusive) to `end` (exclusive) in a family
 * of the given type. Allocates nothing: it reads every number of a page at every scrape.
 */
export type RowRule = (family: MetricFamily, start: number, end: number) => boolean;

/** Counters of OpenMetrics: neither negative nor NaN. */
export const counterRule: RowRule = ({ values, layout: { width } }, start, end) => {
  for (let row = start; row < end; row++) if (!(values[row * width]! >= 0)) return false;
  return true;
};

/** Infos of OpenMetrics: the value 1. */
export const infoRule: RowRule = ({ values, layout: { width } }, start, end) => {
  for (let row = start; row < end; row++) if (values[row * width] !== 1) return false;
  return true;
};

/** Infos of OpenMetrics 1.0: the Python library requires a time in all samples of a family or in none. */
export const openMetrics1InfoRule: RowRule = (family, start, end) => {
  const { timestampMs } = family;
  const isTimed = timestampMs !== undefined && !Number.isNaN(timestampMs[0]);
  for (let row = start; timestampMs !== undefined && row < end; row++) {
    if (Number.isNaN(timestampMs[row]) === isTimed) return false;
  }
  return infoRule(family, start, end);
};

/** State sets of OpenMetrics: 0 or 1 for each state. */
export const stateRule: RowRule = (family, start, end) => {
  const { values, layout } = family;
  for (let row = start; row < end; row++) {
    for (let i = 0; layout.kind === 'state' && i < layout.states.length; i++) {
      const value = values[row * layout.width + i];
      if (value !== 0 && value !== 1 && hasNumber(family, row, i)) return false;
    }
  }
  return true;
};

/** Histograms of text 0.0.4: Prometheus' Go library refuses negative counts. */
export const textHistogramRule: RowRule = (family, start, end) => {
  const layout = family.layout as ClassicLayout;
  const { values, absent } = family;
  const { width, cumulative, bounds, count } = layout;
  for (let row = start; row < end; row++) {
    const first = row * width;
    let below = 0;
    for (let at = first; at <= first + bounds.length; at++) {
      if (absent !== undefined && absent[at] === 1) continue;
      below = cumulative ? values[at]! : below + values[at]!;
      if (below < 0) return false;
    }
    if (count >= 0 && values[first + count]! < 0 && hasNumber(family, row, count)) return false;
  }
  return true;
};

/**
 * Histograms and gauge histograms of OpenMetrics 1.0 ("Histogram", "GaugeHistogram"): integers that never fall, a bucket
 * +Inf equal to the count, both sum and count or neither; no sum that can be negative in a histogram.
 */
export const openMetrics1HistogramRule: RowRule = (family, start, end) => {
  const layout = family.layout as ClassicLayout;
  const { values, absent } = family;
  const { width, cumulative, bounds } = layout;
  const isGauge = family.type === 'gaugehistogram';
  const canBeNegative = bounds.length > 0 && bounds[0]! < 0;
  for (let row = start; row < end; row++) {
    const first = row * width;
    let below = 0;
    let hasNegativeBound = false;
    for (let i = 0; i <= bounds.length; i++) {
      if (absent !== undefined && absent[first + i] === 1) continue;
      const stored = values[first + i]!;
      const count = cumulative ? stored : below + stored;
      if (!(Number.isInteger(count) && count >= below)) return false;
      below = count;
      if (canBeNegative && bounds[i]! < 0) hasNegativeBound = true;
    }
    if (!hasNumber(family, row, bounds.length)) return false;
    const hasSum = hasNumber(family, row, layout.sum);
    if (hasSum !== hasCount(family, layout, row)) return false;
    if (!hasSum) continue;
    // Without an offset, the total of the buckets is the count.
    if (layout.count >= 0 && values[first + layout.count] !== below) return false;
    const sum = values[first + layout.sum]!;
    const isRight = isGauge ? sum >= 0 || (sum < 0 && hasNegativeBound) : sum >= 0 && !hasNegativeBound;
    if (!isRight) return false;
  }
  return true;
};

/** Summaries of OpenMetrics 1.0: no negative number, an integer as count, a sum that is not NaN. */
export const openMetrics1SummaryRule: RowRule = (family, start, end) => {
  const layout = family.layout as QuantileLayout;
  for (let row = start; row < end; row++) {
    if (!areQuantilesRight(family, layout, row)) return false;
    if (hasNumber(family, row, layout.sum) && !isSumRight(family, layout, row)) return false;
    if (hasNumber(family, row, layout.count) && !isCountRight(family, layout, row)) return false;
  }
  return true;
};

/** Summaries of OpenMetrics 2.0: as in 1.0, and count and sum are mandatory. */
export const openMetrics2SummaryRule: RowRule = (family, start, end) => {
  const layout = family.layout as QuantileLayout;
  for (let row = start; row < end; row++) {
    if (!hasNumber(family, row, layout.sum) || !hasNumber(family, row, layout.count)) return false;
  }
  return openMetrics1SummaryRule(family, start, end);
};

/** Histograms and gauge histograms of OpenMetrics 2.0: count and sum are mandatory, fractions allowed. */
export const openMetrics2HistogramRule: RowRule = (family, start, end) => {
  const layout = family.layout as ClassicLayout;
  const { bounds } = layout;
  const isGauge = family.type === 'gaugehistogram';
  const min = isGauge ? Number.NEGATIVE_INFINITY : 0;
  for (let row = start; row < end; row++) {
    if (!hasNumber(family, row, layout.sum) || !hasCount(family, layout, row)) return false;
    const total = totalCount(family, layout, row);
    if (!(total >= min)) return false;
    let below = 0;
    for (let i = 0; i <= bounds.length; i++) {
      if (!hasNumber(family, row, i)) continue;
      const count = bucketCount(family, layout, row, i, below);
      if (!(count >= (isGauge ? min : below))) return false;
      below = count;
    }
    const isNative = family.native !== undefined && family.native.schemas[row] !== NO_NATIVE;
    if (isNative && !isNativeRight(family, row, min)) return false;
    // Without classic buckets too, because readers of native buckets alone add the bucket +Inf.
    if (!hasNumber(family, row, bounds.length) || below !== total) return false;
  }
  return true;
};

/**
 * Summaries of protobuf: count and sum, because a server stores 0 for an absent one; the count as an unsigned integer of
 * 64 bits.
 */
export const protobufSummaryRule: RowRule = (family, start, end) => {
  const layout = family.layout as QuantileLayout;
  for (let row = start; row < end; row++) {
    if (!hasNumber(family, row, layout.sum) || !hasNumber(family, row, layout.count)) return false;
    if (!isCountRight(family, layout, row)) return false;
    if (family.values[row * layout.width + layout.count]! >= 2 ** 64) return false;
  }
  return true;
};

/**
 * Histograms and gauge histograms of protobuf: count, sum and bucket +Inf, because a server makes up absent ones; no
 * negative count, because readers take such a number for an absent one.
 */
export const protobufHistogramRule: RowRule = (family, start, end) => {
  const layout = family.layout as ClassicLayout;
  for (let row = start; row < end; row++) {
    if (!hasNumber(family, row, layout.sum) || !hasCount(family, layout, row)) return false;
    if (!hasNumber(family, row, layout.bounds.length)) return false;
    const total = totalCount(family, layout, row);
    if (!(total >= 0)) return false;
    let below = 0;
    for (let i = 0; i <= layout.bounds.length; i++) {
      if (!hasNumber(family, row, i)) continue;
      below = bucketCount(family, layout, row, i, below);
      if (!(below >= 0)) return false;
    }
    const { native } = family;
    if (native === undefined || native.schemas[row] === NO_NATIVE) continue;
    // A server recognizes a native histogram of floats by one of these two.
    if (!isNativeRight(family, row, 0) || !(total > 0 || native.zeroCounts[row]! > 0 || isEmpty(family, row)))
      return false;
  }
  return true;
};

function areQuantilesRight(
  { values, absent }: MetricFamily,
  { quantiles, width }: QuantileLayout,
  row: number,
): boolean {
  for (let i = 0; i < quantiles.length; i++) {
    const at = row * width + i;
    // NaN is right: the quantile of no observations.
    if (values[at]! < 0 && absent?.[at] !== 1) return false;
  }
  return true;
}

function isSumRight({ values }: MetricFamily, { width, sum }: QuantileLayout, row: number): boolean {
  return values[row * width + sum]! >= 0;
}

function isCountRight({ values }: MetricFamily, { width, count }: QuantileLayout, row: number): boolean {
  const number = values[row * width + count]!;
  return number >= 0 && Number.isInteger(number);
}

/** Returns true if the native buckets of a row have a known schema and counts from `min`, and rising indexes. */
function isNativeRight({ native }: MetricFamily, row: number, min: number): boolean {
  const { schemas, zeroThresholds, zeroCounts, positive, negative } = native!;
  const schema = schemas[row]!;
  const zeroThreshold = zeroThresholds[row]!;
  if (schema < -4 || schema > 8 || !(zeroThreshold >= 0 && zeroThreshold < Infinity)) return false;
  return zeroCounts[row]! >= min && isSideRight(positive, row, min) && isSideRight(negative, row, min);
}

/** Limit of an index of a bucket: the index and its successor are integers of 32 bits. */
const INDEX_LIMIT = 2 ** 31 - 2;

function isSideRight({ offsets, indexes, counts }: BucketColumns, row: number, min: number): boolean {
  let before = -INDEX_LIMIT - 1;
  for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
    if (indexes[i]! <= before || indexes[i]! >= INDEX_LIMIT || !(counts[i]! >= min)) return false;
    before = indexes[i]!;
  }
  return true;
}

function isEmpty({ native }: MetricFamily, row: number): boolean {
  const { positive, negative } = native!;
  return positive.offsets[row] === positive.offsets[row + 1] && negative.offsets[row] === negative.offsets[row + 1];
}
