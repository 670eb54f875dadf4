import type { ClassicLayout, MetricFamily, QuantileLayout } from './metric-family.ts';

// Readers of one series' numbers straight from the columns. None allocates, so that writers can call them once per line.
// `MetricFamily.rows()` is the same knowledge as objects.

/**
 * Returns the cumulative count of a classic bucket: the observations up to its bound. NaN if the series lacks the bucket.
 * @param layout the family's layout
 * @param row index of the series in the family
 * @param bucket index of the bucket; `layout.bounds.length` is +Inf
 * @param below cumulative count of the nearest lower bucket that the series has, 0 if none
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
 * Returns the number of observations of one series of a histogram or summary. A histogram without a stored count (no offset,
 * or NaN there) has the total of its buckets; a summary without one gives NaN.
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
 * Returns true if one series of a histogram or summary has a sum. NaN is a legal sum, so the number itself cannot say so.
 * @param layout the family's layout
 * @param row index of the series in the family
 */
export function hasSum(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): boolean {
  return layout.sum >= 0 && family.absentSums?.[row] !== 1;
}

/**
 * Returns the sum of one series of a histogram or summary; NaN if the series has none ({@link hasSum}) or its sum is NaN.
 * @param layout the family's layout
 * @param row index of the series in the family
 */
export function rowSum(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): number {
  return hasSum(family, layout, row) ? family.values[row * layout.width + layout.sum]! : Number.NaN;
}
