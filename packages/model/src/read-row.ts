import type { ClassicLayout, MetricFamily, QuantileLayout } from './metric-family.ts';

// Functions that read the numbers of one series from the columns. None allocates, so writers can call them for every
// line. `MetricFamily.rows()` returns the same numbers as objects.

/**
 * Returns the cumulative count of a classic bucket: observations up to its bound. NaN if the series lacks the bucket.
 * @param layout the family's layout
 * @param row index of the series in the family
 * @param bucket index of the bucket; `layout.bounds.length` is +Inf
 * @param below cumulative count of the nearest lower bucket of the series, 0 if none
 */
export function bucketCount(
  family: MetricFamily,
  layout: ClassicLayout,
  row: number,
  bucket: number,
  below: number,
): number {
  const stored = family.values[row * layout.width + bucket]!;
  // NaN marks an absent bucket, cumulative or not; below + NaN is NaN as well.
  return layout.cumulative ? stored : below + stored;
}

/**
 * Returns the number of observations of one series of a histogram or summary. Without a stored count (no offset, or
 * NaN), the result is the total of the buckets for a histogram and NaN for a summary.
 * @param layout the family's layout
 * @param row index of the series in the family
 */
export function totalCount(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): number {
  const stored = layout.count < 0 ? Number.NaN : family.values[row * layout.width + layout.count]!;
  if (layout.kind === 'quantile' || !Number.isNaN(stored)) return stored;
  let total = 0;
  for (let bucket = 0; bucket <= layout.bounds.length; bucket++) {
    const count = bucketCount(family, layout, row, bucket, total);
    if (!Number.isNaN(count)) total = count;
  }
  return total;
}

/**
 * Returns true if one series of a histogram or summary has a sum. The number alone cannot show this, because NaN is a
 * legal sum.
 * @param layout the family's layout
 * @param row index of the series in the family
 */
export function hasSum(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): boolean {
  return layout.sum >= 0 && family.absentSums?.[row] !== 1;
}

/**
 * Returns the sum of one series of a histogram or summary; NaN if the series has none ({@link hasSum}) or its sum is
 * NaN.
 * @param layout the family's layout
 * @param row index of the series in the family
 */
export function rowSum(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): number {
  return hasSum(family, layout, row) ? family.values[row * layout.width + layout.sum]! : Number.NaN;
}
