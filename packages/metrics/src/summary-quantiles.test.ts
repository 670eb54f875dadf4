import type { SummaryRow } from '@promwright/model';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QuantileOptions } from './summary/summary-options.ts';
import { Summary } from './summary.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function summaryOf(options: QuantileOptions): Summary {
  return new Summary({ name: 's', help: 'S.', registry: null, ...options });
}

function rowOf(summary: Summary): SummaryRow {
  return [...summary.collect()[0]!.rows()][0] as SummaryRow;
}

function quantilesOf(summary: Summary): number[] {
  return rowOf(summary).quantiles.map(({ value }) => value);
}

describe('quantiles of a summary', () => {
  test('are NaN without observations', () => {
    expect(rowOf(summaryOf({ quantiles: [0.5, 1] }))).toMatchObject({
      quantiles: [
        { quantile: 0.5, value: Number.NaN },
        { quantile: 1, value: Number.NaN },
      ],
      count: 0,
      sum: 0,
    });
  });

  test('are shown by rising quantile', () => {
    const summary = summaryOf({ quantiles: [0.99, 0, 0.5, 1] });
    for (let i = 1; i <= 100; i++) summary.observe(i);

    expect(rowOf(summary).quantiles.map(({ quantile }) => quantile)).toEqual([0, 0.5, 0.99, 1]);
    expect(quantilesOf(summary).map(Math.round)).toEqual([1, 50, 99, 100]);
  });

  test('are within relativeError of the true quantiles, for any values', () => {
    const parts = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1];
    const anyValue = fc.oneof(
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
      fc.integer({ min: -5, max: 5 }),
      fc.double({ noNaN: true, min: 1e-9, max: 1e9 }),
      fc.constantFrom(Infinity, -Infinity),
    );
    fc.assert(
      fc.property(
        fc.array(anyValue, { minLength: 1, maxLength: 300 }),
        fc.constantFrom(0.001, 0.01, 0.1),
        (values, relativeError) => {
          // Over more decades than have separate buckets, the smallest values are not exact.
          fc.pre(values.every((value) => value === 0 || Math.abs(value) > 1e-7));
          const summary = summaryOf({ quantiles: parts, relativeError });
          for (const value of values) summary.observe(value);

          const sorted = [...values].sort((a, b) => a - b);
          const exact = parts.map((part) => sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1]!);
          quantilesOf(summary).forEach((value, i) => {
            if (Number.isFinite(exact[i])) {
              expect(Math.abs(value - exact[i]!)).toBeLessThanOrEqual(Math.abs(exact[i]!) * relativeError * 1.000001);
            } else expect(value).toBe(exact[i]);
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 1e-310, 1e308, 7])(
    'are the value itself if all observations have the value %d',
    (value) => {
      const summary = summaryOf({ quantiles: [0, 0.5, 1] });
      for (let i = 0; i < 3; i++) summary.observe(value);

      expect(quantilesOf(summary)).toEqual([value, value, value]);
    },
  );

  test('are within relativeError near any magnitude, and between the smallest and the largest value', () => {
    const parts = [0, 0.1, 0.5, 0.9, 1];
    const anyScale = fc.integer({ min: -300, max: 293 });
    const anyValues = fc.array(fc.tuple(fc.boolean(), fc.double({ noNaN: true, min: 1, max: 1e15 })), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(anyScale, anyValues, (scale, numbers) => {
        const values = numbers.map(([isNegative, number]) => (isNegative ? -number : number) * 10 ** scale);
        const summary = summaryOf({ quantiles: parts });
        for (const value of values) summary.observe(value);

        const sorted = [...values].sort((a, b) => a - b);
        quantilesOf(summary).forEach((value, i) => {
          const exact = sorted[Math.max(1, Math.ceil(parts[i]! * sorted.length)) - 1]!;
          expect(Math.abs(value - exact) / Math.abs(exact)).toBeLessThanOrEqual(0.01 * 1.000001);
          expect(value).toBeGreaterThanOrEqual(sorted[0]!);
          expect(value).toBeLessThanOrEqual(sorted.at(-1)!);
        });
      }),
      { numRuns: 300 },
    );
  });

  test('ignore NaN, while count and sum include it', () => {
    const summary = summaryOf({ quantiles: [0.5] });
    for (const value of [Number.NaN, 7, Number.NaN]) summary.observe(value);

    expect(quantilesOf(summary)[0]).toBeCloseTo(7, 0);
    expect(rowOf(summary)).toMatchObject({ count: 3, sum: Number.NaN });
  });

  test('stay exact for the largest values if the values span more decades than have buckets', () => {
    const summary = summaryOf({ quantiles: [0.01, 0.5, 1] });
    for (let exponent = -300; exponent <= 300; exponent++) summary.observe(10 ** exponent);

    const [lowest, middle, highest] = quantilesOf(summary);
    expect(highest! / 1e300).toBeCloseTo(1, 1);
    // Smaller values are counted in the lowest bucket.
    expect(Math.log10(lowest!)).toBeCloseTo(283, 0);
    expect(middle).toBe(lowest);
    expect(summary.value().count).toBe(601);
  });
});

describe('the window of a summary', () => {
  const options = { quantiles: [0.5], maxAgeMs: 10_000, ageBuckets: 5 };

  test.each([-3_600_000, 3_600_000])('is one of elapsed time when the clock of the system is set by %d ms', (step) => {
    const summary = summaryOf(options);
    summary.observe(100);

    vi.setSystemTime(Date.now() + step);
    vi.advanceTimersByTime(5000);
    expect(quantilesOf(summary)).toEqual([100]);
    vi.advanceTimersByTime(6000);
    expect(quantilesOf(summary)).toEqual([Number.NaN]);
  });

  test('forgets older observations, a slice at a time', () => {
    const summary = summaryOf(options);
    for (let i = 0; i < 1000; i++) summary.observe(1);
    vi.advanceTimersByTime(2000);
    for (let i = 0; i < 1151; i++) summary.observe(1000);

    expect(quantilesOf(summary)[0]).toBeCloseTo(1000, -2);
    vi.advanceTimersByTime(7999);
    expect(quantilesOf(summary)[0]).toBeCloseTo(1000, -2);
    summary.observe(1);
    vi.advanceTimersByTime(2001);
    expect(quantilesOf(summary)[0]).toBeCloseTo(1, 1);
    vi.advanceTimersByTime(10_000);
    expect(quantilesOf(summary)[0]).toBeNaN();
    expect(summary.value()).toEqual({ count: 2152, sum: 1000 + 1_151_000 + 1 });
  });

  test('is empty after a long time without observations, and then counts anew', () => {
    const summary = summaryOf(options);
    summary.observe(5);
    vi.advanceTimersByTime(1e9);

    expect(quantilesOf(summary)[0]).toBeNaN();
    summary.observe(9);
    expect(quantilesOf(summary)[0]).toBeCloseTo(9, 0);
  });

  test('with one slice forgets all observations at once', () => {
    const summary = summaryOf({ ...options, ageBuckets: 1 });
    summary.observe(5);
    vi.advanceTimersByTime(9999);
    expect(quantilesOf(summary)[0]).toBeCloseTo(5, 0);
    vi.advanceTimersByTime(1);
    expect(quantilesOf(summary)[0]).toBeNaN();
  });
});

test('the sketch of a summary, which can be merged, has the number of values of each size', () => {
  const summary = summaryOf({ quantiles: [0.5] });
  for (const value of [1, 1, 100, -100, 0]) summary.observe(value);

  const { sketch } = summary.collect()[0]!;

  expect(sketch!.relativeError).toBe(0.01);
  expect([...sketch!.zeroCounts]).toEqual([1]);
  expect([...sketch!.positive.counts]).toEqual([2, 1]);
  expect([...sketch!.negative.counts]).toEqual([1]);
  const gamma = 1.01 / 0.99;
  const [low, high] = [...sketch!.positive.indexes].map((index) => gamma ** index);
  expect(low).toBeGreaterThanOrEqual(1);
  expect(low).toBeLessThan(gamma);
  expect(high).toBeGreaterThanOrEqual(100);
  expect(high).toBeLessThan(100 * gamma);
});

test('quantiles are removed and moved with their series', () => {
  const summary = new Summary({ name: 's', help: 'S.', registry: null, quantiles: [0.5], labelNames: ['a'] });
  for (const a of [1, 10, 100]) summary.observe({ a }, a);

  summary.remove({ a: 1 });
  summary.labels({ a: 1 });

  expect(
    [...summary.collect()[0]!.rows()].map((row) => [row.labels.a, Math.round((row as SummaryRow).quantiles[0]!.value)]),
  ).toEqual([
    ['100', 100],
    ['10', 10],
    ['1', Number.NaN],
  ]);
});

test.each<[object]>([
  [{ quantiles: [1.1] }],
  [{ quantiles: [-0.1] }],
  [{ quantiles: [Number.NaN] }],
  [{ quantiles: ['0.5'] }],
  [{ quantiles: [0.5, 0.5] }],
  [{ quantiles: 0.5 }],
  [{ quantiles: [0.5], maxAgeMs: 0 }],
  [{ quantiles: [0.5], maxAgeMs: Infinity }],
  [{ quantiles: [0.5], ageBuckets: 0 }],
  [{ quantiles: [0.5], ageBuckets: 1.5 }],
  // The first observation after a pause would make as many slices.
  [{ quantiles: [0.5], ageBuckets: 1_000_000 }],
  // The end of a slice would be no later than its beginning.
  [{ quantiles: [0.5], maxAgeMs: 1e-300 }],
  [{ quantiles: [0.5], relativeError: 0 }],
  [{ quantiles: [0.5], relativeError: 1 }],
])('a summary with options %o is refused', (options) => {
  expect(() => summaryOf(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});
