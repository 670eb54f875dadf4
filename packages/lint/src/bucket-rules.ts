import { type ClassicLayout, formatGoFloat, type MetricFamily, NO_NATIVE } from '@promwright/model';
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
  // All bounds are the union of what the series have. One with native buckets alone has none of them.
  const isPartial = (row: number) => {
    const start = row * layout.width;
    let present = 0;
    for (let i = 0; i < layout.bounds.length; i++) if (!Number.isNaN(family.values[start + i])) present++;
    return present > 0 && present < layout.bounds.length;
  };
  if (someRow(family, isPartial)) yield 'series of the histogram should all have the same buckets';
}

export function* bucketUnits({ layout, name }: MetricFamily): Iterable<string> {
  if (layout.kind !== 'classic' || !name.endsWith('_seconds')) return;
  const first = layout.bounds[0] ?? 0;
  const last = layout.bounds.at(-1) ?? 0;
  // Bounds of long jobs in seconds are minutes and hours. Round decimal ones up to a thousand and more were chosen for
  // something that is counted in thousandths.
  if (first >= 1 && last >= 1000 && layout.bounds.every(isRoundDecimal)) {
    yield `bucket bounds from ${formatGoFloat(first)} to ${formatGoFloat(last)} look like milliseconds in a histogram of seconds`;
  }
}

export function* bucketValues(family: MetricFamily): Iterable<string> {
  const { layout, values } = family;
  // Counts that are not cumulative come from our own instruments, where none of this can be.
  if (layout.kind !== 'classic' || !layout.cumulative) return;
  const infinite = (row: number) => values[row * layout.width + layout.bounds.length]!;
  const count = (row: number) => values[row * layout.width + layout.count]!;
  if (someRow(family, (row) => Number.isNaN(infinite(row)) && !isNative(family, row))) {
    yield 'histogram should have a bucket +Inf in every series';
  }
  if (someRow(family, (row) => falls(values, layout, row))) {
    yield 'cumulative bucket counts should never fall nor be negative';
  }
  // Comparisons with NaN, which stands for an absent number, are false.
  const differs = (row: number) => infinite(row) < count(row) || infinite(row) > count(row);
  if (layout.count >= 0 && someRow(family, differs)) yield 'bucket +Inf should equal the count';
}

function falls(values: Float64Array, { bounds, width }: ClassicLayout, row: number): boolean {
  let below = 0;
  for (let i = 0; i <= bounds.length; i++) {
    const count = values[row * width + i]!;
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
