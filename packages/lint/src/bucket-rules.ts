import {
  bucketCount,
  type ClassicLayout,
  formatGoFloat,
  hasCount,
  hasNumber,
  type MetricFamily,
  NO_NATIVE,
  totalCount,
} from '@promwright/model';
import type { LintContext } from './lint-context.ts';

export function* numberOfBuckets(family: MetricFamily, { limits: { bucketLimit } }: LintContext): Iterable<string> {
  const { layout, size } = family;
  if (layout.kind !== 'classic' || size === 0) return;
  const { length } = layout.bounds;
  if (length > bucketLimit) yield `histogram has ${length} bucket bounds, over the limit of ${bucketLimit}`;
  if (length < 2 && !someRow(family, (row) => isNative(family, row))) {
    yield length === 0 ? 'histogram has no buckets but +Inf' : 'histogram has only one bucket beside +Inf';
  }
}

export function* bucketBounds(family: MetricFamily): Iterable<string> {
  const { layout } = family;
  if (layout.kind !== 'classic') return;
  // The bounds of the layout are the union over all series. A series with only native buckets has no classic ones.
  const isPartial = (row: number) => {
    let present = 0;
    for (let i = 0; i < layout.bounds.length; i++) {
      if (hasNumber(family, row, i)) present++;
    }
    return present > 0 && present < layout.bounds.length;
  };
  if (someRow(family, isPartial)) yield 'series of the histogram should all have the same buckets';
}

export function* bucketUnits({ layout, name }: MetricFamily): Iterable<string> {
  if (layout.kind !== 'classic' || !name.endsWith('_seconds')) return;
  const first = layout.bounds[0] ?? 0;
  const last = layout.bounds.at(-1) ?? 0;
  // Histograms of long jobs have bounds such as 60 or 3600; 1, 5, 10 and so on up to 1000 are more likely milliseconds.
  if (first >= 1 && last >= 1000 && layout.bounds.every(isRoundDecimal)) {
    yield `bucket bounds from ${formatGoFloat(first)} to ${formatGoFloat(last)} look like milliseconds in a histogram of seconds`;
  }
}

export function* bucketValues(family: MetricFamily): Iterable<string> {
  const { layout } = family;
  // Only instruments of this project have counts that are not cumulative, and their counts are always valid.
  if (layout.kind !== 'classic' || !layout.cumulative) return;
  const infinite = layout.bounds.length;
  if (someRow(family, (row) => !hasNumber(family, row, infinite) && !isNative(family, row))) {
    yield 'histogram should have a bucket +Inf in every series';
  }
  if (someRow(family, (row) => falls(family, layout, row))) {
    yield 'cumulative bucket counts should never fall nor be negative';
  }
  const differs = (row: number) => {
    if (!hasNumber(family, row, infinite) || !hasCount(family, layout, row)) return false;
    const bucket = bucketCount(family, layout, row, infinite, 0);
    const count = totalCount(family, layout, row);
    // Comparisons with NaN are false: no rule is about a count that is NaN.
    return bucket < count || bucket > count;
  };
  if (someRow(family, differs)) yield 'bucket +Inf should equal the count';
}

function falls(family: MetricFamily, layout: ClassicLayout, row: number): boolean {
  let below = 0;
  for (let i = 0; i <= layout.bounds.length; i++) {
    if (!hasNumber(family, row, i)) continue;
    const count = bucketCount(family, layout, row, i, below);
    if (count < below) return true;
    if (!Number.isNaN(count)) below = count;
  }
  return false;
}

function isNative({ native }: MetricFamily, row: number): boolean {
  return native !== undefined && native.schemas[row] !== NO_NATIVE;
}

function isRoundDecimal(bound: number): boolean {
  return /^(?:1|1\.5|2|2\.5|3|4|5|7\.5|8)e/.test(bound.toExponential());
}

function someRow({ size }: MetricFamily, passes: (row: number) => boolean): boolean {
  for (let row = 0; row < size; row++) if (passes(row)) return true;
  return false;
}
