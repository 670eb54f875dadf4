import { describe, expect, test } from 'vitest';
import { createFamily } from './create-family.ts';
import type { ClassicLayout, MetricFamily, QuantileLayout } from './metric-family.ts';
import { bucketCount, hasSum, rowSum, totalCount } from './read-row.ts';

const NAN = Number.NaN;

/** Returns a histogram with two bounds. Each row is one series: two buckets, +Inf, sum and count. */
function histogram(cumulative: boolean, rows: number[][], changes: Partial<ClassicLayout> = {}): MetricFamily {
  const layout: ClassicLayout = {
    kind: 'classic',
    width: 5,
    bounds: Float64Array.of(1, 2),
    cumulative,
    sum: 3,
    count: 4,
    ...changes,
  };
  return createFamily({
    name: 'h',
    type: 'histogram',
    constLabels: [],
    labelNames: [],
    dictionaries: [],
    size: rows.length,
    labelIds: new Int32Array(0),
    values: Float64Array.from(rows.flat()),
    layout,
    absentSums: Uint8Array.from(rows, (_, i) => (i === 1 ? 1 : 0)),
  });
}

function cumulativeCounts(family: MetricFamily, row: number): number[] {
  const layout = family.layout as ClassicLayout;
  let below = 0;
  return Array.from({ length: layout.bounds.length + 1 }, (_, bucket) => {
    const count = bucketCount(family, layout, row, bucket, below);
    if (!Number.isNaN(count)) below = count;
    return count;
  });
}

describe('bucketCount', () => {
  test('returns a cumulative count unchanged, and NaN if the series lacks the bucket', () => {
    expect(cumulativeCounts(histogram(true, [[1, NAN, 4, 9, 4]]), 0)).toEqual([1, NAN, 4]);
  });

  test('adds up the counts of single buckets', () => {
    expect(
      cumulativeCounts(
        histogram(false, [
          [0, 0, 0, 0, 0],
          [1, 2, 4, 9, NAN],
        ]),
        1,
      ),
    ).toEqual([1, 3, 7]);
  });
});

describe('totalCount', () => {
  const of = (family: MetricFamily) => totalCount(family, family.layout as ClassicLayout, 0);

  test('returns the stored count of a histogram, or else the total of its buckets', () => {
    expect(of(histogram(true, [[1, 2, 4, 9, 5]]))).toBe(5);
    expect(of(histogram(true, [[1, 2, NAN, 9, NAN]]))).toBe(2);
    expect(of(histogram(false, [[1, 2, 4, 9, NAN]]))).toBe(7);
    expect(of(histogram(false, [[1, 2, 4, 9, 0]], { count: -1 }))).toBe(7);
    expect(of(histogram(true, [[NAN, NAN, NAN, 9, NAN]]))).toBe(0);
  });

  test('returns the stored count of a summary, or NaN', () => {
    const layout: QuantileLayout = { kind: 'quantile', width: 2, quantiles: new Float64Array(0), sum: 0, count: 1 };
    const summary = (count: number) =>
      createFamily({
        ...histogram(true, [[0, 0, 0, 0, 0]]),
        type: 'summary',
        values: Float64Array.of(3, count),
        layout,
      });

    expect([3, NAN].map((count) => totalCount(summary(count), layout, 0))).toEqual([3, NAN]);
    expect(totalCount(summary(3), { ...layout, count: -1 }, 0)).toBeNaN();
  });
});

test('hasSum distinguishes an absent sum from a sum of NaN; rowSum returns NaN for both', () => {
  const family = histogram(true, [
    [1, 2, 4, NAN, 4],
    [1, 2, 4, 9, 4],
    [1, 2, 4, 8, 4],
  ]);
  const layout = family.layout as ClassicLayout;

  expect([0, 1, 2].map((row) => hasSum(family, layout, row))).toEqual([true, false, true]);
  expect([0, 1, 2].map((row) => rowSum(family, layout, row))).toEqual([NAN, NAN, 8]);
  expect(hasSum(family, { ...layout, sum: -1 }, 0)).toBe(false);
});
