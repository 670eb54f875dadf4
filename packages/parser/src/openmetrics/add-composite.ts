import type { MetricType } from '@promwright/model';
import type { FamilyBuilder } from '../columns/family-builder.ts';
import type { Composite, Pair } from './read-composite.ts';

/** What the value of a series of a type would have to be; undefined where a composite is right. */
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

/** Sets the numbers of a new series. */
export function setComposite(builder: FamilyBuilder, row: number, composite: Composite): void {
  const { count, sum, native, buckets, quantiles } = composite;
  builder.setCount(row, count);
  builder.setSum(row, sum);
  for (const { key, value } of buckets ?? quantiles ?? [{ key: Infinity, value: count }]) {
    builder.setPart(row, builder.keyOf(key), value);
  }
  if (native !== undefined) builder.setNative(row, native);
}

/** The key of the classic bucket that an exemplar belongs to; -1 where there are only native ones. */
export function bucketKeyOf(builder: FamilyBuilder, { buckets }: Composite, value: number): number {
  return buckets === undefined ? -1 : builder.keyOf(boundOf(buckets, value));
}

function boundOf(buckets: readonly Pair[], value: number): number {
  let low = 0;
  // The last bucket takes what no other does, NaN included.
  let high = buckets.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= buckets[middle]!.key) high = middle;
    else low = middle + 1;
  }
  return Number.isNaN(value) ? Infinity : buckets[low]!.key;
}
