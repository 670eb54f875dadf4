import type { MetricType } from '@promwright/model';
import type { FamilyBuilder } from '../columns/family-builder.ts';
import type { Composite, Pair } from './read-composite.ts';

/** Returns the description of the value that a type needs, for an error; undefined if the composite value is right. */
export function brokenCompositeRule(type: MetricType, { gauge, quantiles }: Composite): string | undefined {
  switch (type) {
    case 'summary':
      return quantiles !== undefined && !gauge ? undefined : 'a value with "count:" and "quantile:"';
    case 'histogram':
      return quantiles === undefined && !gauge ? undefined : 'a value with "count:" and buckets';
    case 'gaugehistogram':
      return quantiles === undefined && gauge ? undefined : 'a value with "gcount:" and buckets';
    case 'unknown':
      return undefined;
    default:
      return 'a number';
  }
}

/** Sets the numbers of a new row. */
export function setComposite(builder: FamilyBuilder, row: number, composite: Composite): void {
  const { count, sum, native, buckets, quantiles } = composite;
  builder.setCount(row, count);
  builder.setSum(row, sum);
  for (const { key, value } of buckets ?? quantiles ?? [{ key: Infinity, value: count }]) {
    builder.setPart(row, builder.series.keyOf(key), value);
  }
  if (native !== undefined) builder.setNative(row, native);
}

/** Returns the key of the classic bucket that contains a value; -1 if there are only native buckets. */
export function bucketKeyOf(builder: FamilyBuilder, { buckets }: Composite, value: number): number {
  return buckets === undefined ? -1 : builder.series.keyOf(boundOf(buckets, value));
}

function boundOf(buckets: readonly Pair[], value: number): number {
  let low = 0;
  // The last bucket takes every value above the other bounds, and NaN.
  let high = buckets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= buckets[middle]!.key) high = middle;
    else low = middle + 1;
  }
  return Number.isNaN(value) ? Infinity : buckets[low]!.key;
}
