import { describe, expect, test } from 'vitest';
import { createFamily } from './create-family.ts';
import type { ClassicLayout, MetricFamily, QuantileLayout } from './metric-family.ts';
import { bucketCount, hasCount, hasNumber, totalCount } from './read-row.ts';

const NAN = Number.NaN;

/** Returns a histogram with two bounds. Each row is one series: two buckets, +Inf, sum and count; undefined is absent. */
function histogram(
  cumulative: boolean,
  rows: (number | undefined)[][],
  changes: Partial<ClassicLayout> = {},
): MetricFamily {
  const layout: ClassicLayout = {
    kind: 'classic',
    width: 5,
    bounds: Float64Array.of(1, 2),
    cumulative,
    sum: 3,
    count: 4,
    ...changes,
  };
  const numbers = rows.flat();
  return createFamily({
    name: 'h',
    type: 'histogram',
    constLabels: [],
    labelNames: [],
    dictionaries: [],
    size: rows.length,
    labelIds: new Int32Array(0),
    values: Float64Array.from(numbers, (number) => number ?? 0),
    layout,
    ...(numbers.includes(undefined) && {
      absent: Uint8Array.from(numbers, (number) => (number === undefined ? 1 : 0)),
    }),
  });
}

function cumulativeCounts(family: MetricFamily, row: number): (number | undefined)[] {
  const layout = family.layout as ClassicLayout;
  let below = 0;
  return Array.from({ length: layout.bounds.length + 1 }, (_, bucket) => {
    if (!hasNumber(family, row, bucket)) return undefined;
    below = bucketCount(family, layout, row, bucket, below);
    return below;
  });
}

describe('hasNumber', () => {
  test('distinguishes an absent number from NaN', () => {
    const family = histogram(true, [
      [1, 2, 4, NAN, 4],
      [1, 2, 4, undefined, 4],
    ]);

    expect([0, 1].map((row) => hasNumber(family, row, 3))).toEqual([true, false]);
  });

  test('returns false for a number without an offset', () => {
    expect(hasNumber(histogram(true, [[1, 2, 4, 9, 4]]), 0, -1)).toBe(false);
  });
});

describe('bucketCount', () => {
  test('returns a cumulative count unchanged, NaN too', () => {
    expect(cumulativeCounts(histogram(true, [[1, undefined, NAN, 9, 4]]), 0)).toEqual([1, undefined, NAN]);
  });

  test('adds up the counts of single buckets', () => {
    expect(cumulativeCounts(histogram(false, [[1, 2, 4, 9, undefined]]), 0)).toEqual([1, 3, 7]);
    expect(cumulativeCounts(histogram(false, [[1, undefined, 4, 9, 5]]), 0)).toEqual([1, undefined, 5]);
  });
});

describe('totalCount', () => {
  const of = (family: MetricFamily) => totalCount(family, family.layout as ClassicLayout, 0);

  test('returns the stored count of a histogram, or else the count of its highest bucket', () => {
    expect(of(histogram(true, [[1, 2, 4, 9, 5]]))).toBe(5);
    expect(of(histogram(true, [[1, 2, 4, 9, NAN]]))).toBeNaN();
    expect(of(histogram(true, [[1, 2, undefined, 9, undefined]]))).toBe(2);
    expect(of(histogram(false, [[1, 2, 4, 9, undefined]]))).toBe(7);
    expect(of(histogram(false, [[1, 2, 4, 9, 0]], { count: -1 }))).toBe(7);
    expect(of(histogram(true, [[undefined, undefined, undefined, 9, undefined]]))).toBe(0);
  });

  test('returns the stored count of a summary, or NaN', () => {
    const layout: QuantileLayout = { kind: 'quantile', width: 2, quantiles: new Float64Array(0), sum: 0, count: 1 };
    const summary = createFamily({
      ...histogram(true, [[0, 0, 0, 0, 0]]),
      type: 'summary',
      values: Float64Array.of(3, 7),
      layout,
    });

    expect(totalCount(summary, layout, 0)).toBe(7);
    expect(totalCount(summary, { ...layout, count: -1 }, 0)).toBeNaN();
  });
});

test('hasCount is true for a stored count, and for a histogram without an offset for it', () => {
  const family = histogram(true, [
    [1, 2, 4, 9, 4],
    [1, 2, 4, 9, undefined],
  ]);
  const layout = family.layout as ClassicLayout;
  const quantiles: QuantileLayout = { kind: 'quantile', width: 1, quantiles: new Float64Array(0), sum: 0, count: -1 };

  expect([0, 1].map((row) => hasCount(family, layout, row))).toEqual([true, false]);
  expect(hasCount(family, { ...layout, count: -1 }, 0)).toBe(true);
  expect(hasCount(family, quantiles, 0)).toBe(false);
});
