import type { ClassicLayout, MetricFamily, QuantileLayout } from './metric-family.ts';

// Functions that read the numbers of one series from the columns. None allocates, so writers can call them for every
// line. `MetricFamily.rows()` returns the same numbers as objects.

/**
 * Returns true if one series has the number at an offset of the layout: a bucket, quantile, state, sum or count. The
 * number itself cannot show this, because NaN is an ordinary value.
 * @param row index of the series in the family
 * @param offset offset in the layout; the result for -1 is false
 */
export function hasNumber({ absent, layout }: MetricFamily, row: number, offset: number): boolean {
  return offset >= 0 && (absent === undefined || absent[row * layout.width + offset] !== 1);
}

/**
 * Returns the cumulative count of a classic bucket: observations up to its bound. The series must have the bucket
 * ({@link hasNumber}).
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
  return layout.cumulative ? stored : below + stored;
}

/**
 * Returns true if one series of a histogram or summary has a number of observations: stored, or by definition the total
 * of the buckets, in a classic layout without an offset for the count.
 * @param layout the family's layout
 * @param row index of the series in the family
 */
export function hasCount(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): boolean {
  return layout.count < 0 ? layout.kind === 'classic' : hasNumber(family, row, layout.count);
}

/**
 * Returns the number of observations of one series of a histogram or summary. Without a stored count, the result is the
 * count of the highest bucket for a histogram and NaN for a summary.
 * @param layout the family's layout
 * @param row index of the series in the family
 */
export function totalCount(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): number {
  if (hasNumber(family, row, layout.count)) return family.values[row * layout.width + layout.count]!;
  if (layout.kind === 'quantile') return Number.NaN;
  let total = 0;
  for (let bucket = 0; bucket <= layout.bounds.length; bucket++) {
    if (hasNumber(family, row, bucket)) total = bucketCount(family, layout, row, bucket, total);
  }
  return total;
}
