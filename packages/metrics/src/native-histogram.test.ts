import type { HistogramRow, NativeRow } from '@promwright/model';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Histogram } from './histogram.ts';
import type { NativeOptions } from './native/native-options.ts';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function histogramOf(native: true | NativeOptions, buckets: false | number[] = false): Histogram {
  return new Histogram({ name: 'h', help: 'H.', registry: null, buckets, native });
}

function rowOf(histogram: Histogram): HistogramRow {
  return [...histogram.collect()[0]!.rows()][0] as HistogramRow;
}

/** Observes a value per minute; returns the native buckets of the series, in short. */
function after(values: readonly number[], options: NativeOptions): Record<string, unknown> {
  const histogram = histogramOf(options);
  for (const value of values) {
    vi.advanceTimersByTime(MINUTE);
    histogram.observe(value);
  }
  const row = rowOf(histogram);
  return { ...shortly(row.native!), count: row.count, sum: row.sum, startMinutes: row.startMs! / MINUTE };
}

function shortly({ schema, zeroThreshold, zeroCount, positive, negative }: NativeRow): Record<string, unknown> {
  const counts = (buckets: NativeRow['positive']) =>
    Object.fromEntries(buckets.map(({ index, count }) => [index, count]));
  return { schema, zeroThreshold, zeroCount, positive: counts(positive), negative: counts(negative) };
}

describe('native buckets', () => {
  test('do not exist before the first observation, at the configured resolution', () => {
    expect(rowOf(histogramOf(true)).native).toEqual({
      schema: 3,
      zeroThreshold: 2.938735877055719e-39,
      zeroCount: 0,
      positive: [],
      negative: [],
    });
    expect(rowOf(histogramOf({ zeroThreshold: 0, schema: -4 })).native).toMatchObject({ schema: -4, zeroThreshold: 0 });
  });

  test('count values above the lower bound and up to the upper bound', () => {
    expect(after([0, 1, 1.2, 1.4, 1.8, 2, 0, -1, -1.2], { growthFactor: 1.2 })).toEqual({
      schema: 2,
      zeroThreshold: 2 ** -128,
      zeroCount: 2,
      positive: { 0: 1, 2: 2, 4: 2 },
      negative: { 0: 1, 2: 1 },
      count: 9,
      sum: expect.closeTo(5.2, 12),
      startMinutes: 0,
    });
  });

  test('have a bucket for infinities, and none for NaN', () => {
    expect(after([Infinity, -Infinity, Number.NaN, 1], { schema: 2 })).toMatchObject({
      zeroCount: 0,
      positive: { 0: 1, 4097: 1 },
      negative: { 4097: 1 },
      count: 4,
      sum: Number.NaN,
    });
  });

  test('count the same observation as classic buckets', () => {
    const histogram = histogramOf({ schema: 0 }, [1, 10]);

    for (const value of [0.5, 3, 3.5, 100]) histogram.observe(value);

    expect(rowOf(histogram)).toMatchObject({
      buckets: [
        { le: 1, count: 1 },
        { le: 10, count: 3 },
        { le: Infinity, count: 4 },
      ],
      count: 4,
      sum: 107,
      native: {
        schema: 0,
        positive: [
          { index: -1, count: 1 },
          { index: 2, count: 2 },
          { index: 7, count: 1 },
        ],
      },
    });
  });

  test('are removed and moved with their series', () => {
    const histogram = new Histogram({
      name: 'h',
      help: 'H.',
      registry: null,
      buckets: false,
      native: { schema: 0 },
      labelNames: ['a'],
    });
    for (const a of [1, 2, 4]) histogram.observe({ a }, a);

    histogram.remove({ a: 1 });
    histogram.observe({ a: 1 }, 1024);
    histogram.observe({ a: 4 }, 4);

    const rows = [...histogram.collect()[0]!.rows()] as HistogramRow[];
    expect(rows.map(({ labels, native }) => [labels.a, shortly(native!).positive])).toEqual([
      ['4', { 2: 2 }],
      ['2', { 1: 1 }],
      ['1', { 10: 1 }],
    ]);
  });

  test('of a snapshot do not change afterwards', () => {
    const histogram = histogramOf({ schema: 0 });
    histogram.observe(1);
    const family = histogram.collect()[0]!;

    histogram.observe(1);
    histogram.observe(4);

    expect(([...family.rows()][0] as HistogramRow).native!.positive).toEqual([{ index: 0, count: 1 }]);
  });

  test('start anew when an unlabelled histogram is cleared', () => {
    const histogram = histogramOf({ schema: 0 });
    histogram.observe(1);

    histogram.clear();

    expect(rowOf(histogram)).toMatchObject({ count: 0, native: { positive: [], zeroCount: 0 } });
  });
});

describe('native buckets past maxBuckets', () => {
  const values = [0, 1, 1.1, 1.2, 1.4, 1.8, 2];

  test('halve their resolution as often as necessary', () => {
    expect(after([...values, 3], { growthFactor: 1.2, maxBuckets: 4 })).toMatchObject({
      schema: 1,
      zeroCount: 1,
      positive: { 0: 1, 1: 3, 2: 2, 4: 1 },
      count: 8,
    });
  });

  test('stay at the coarsest resolution, even if there are more buckets than allowed', () => {
    const wide = [1e-300, 1e-200, 1e-100, 1, 1e100, 1e200, 1e300];

    expect(after([...wide, ...wide.map((value) => -value)], { maxBuckets: 1 })).toMatchObject({
      schema: -4,
      count: 14,
    });
  });

  test('widen the zero bucket first, if maxZeroThreshold allows', () => {
    expect(after([...values, 3, 4], { growthFactor: 1.2, maxBuckets: 4, maxZeroThreshold: 1.2 })).toMatchObject({
      schema: 2,
      zeroThreshold: 1.189207115002721,
      zeroCount: 3,
      positive: { 2: 2, 4: 2, 7: 1, 8: 1 },
      count: 9,
    });
  });

  test('widen the zero bucket on both sides', () => {
    expect(after([0.5, -0.5, 1, -1, 2], { schema: 0, maxBuckets: 3, maxZeroThreshold: 1 })).toMatchObject({
      schema: 0,
      zeroThreshold: 0.5,
      zeroCount: 2,
      positive: { 0: 1, 1: 1 },
      negative: { 0: 1 },
    });
  });

  test('start anew at once if the last start is at least minResetMs ago', () => {
    expect(
      after([...values, 3, 4], { growthFactor: 1.2, maxBuckets: 4, maxZeroThreshold: 1.2, minResetMs: 5 * MINUTE }),
    ).toEqual({
      schema: 2,
      zeroThreshold: 2 ** -128,
      zeroCount: 0,
      positive: { 7: 1, 8: 1 },
      negative: {},
      count: 2,
      sum: 7,
      startMinutes: 8,
    });
  });

  test('reduce the resolution until minResetMs has passed, and then start anew', () => {
    expect(
      after([...values, 5, 5.1, 3, 4], { growthFactor: 1.2, maxBuckets: 4, minResetMs: 9 * MINUTE }),
    ).toMatchObject({ schema: 2, positive: { 7: 1, 8: 1, 10: 1 }, count: 3, sum: 12.1, startMinutes: 9 });
  });

  test('start anew when minResetMs has passed, also without another observation', () => {
    const histogram = histogramOf({ schema: 8, maxBuckets: 2, minResetMs: 10 * MINUTE }, [1]);
    for (const value of [1, 2, 3, 4]) histogram.observe(value);
    expect(rowOf(histogram)).toMatchObject({ count: 4, startMs: 0 });
    expect(rowOf(histogram).native!.schema).toBeLessThan(8);

    vi.advanceTimersByTime(11 * MINUTE);

    expect(rowOf(histogram)).toMatchObject({
      count: 0,
      sum: 0,
      startMs: 10 * MINUTE,
      buckets: [
        { le: 1, count: 0 },
        { le: Infinity, count: 0 },
      ],
      native: { schema: 8, positive: [] },
    });
  });

  test.each([-60 * MINUTE, 60 * MINUTE])('start anew by elapsed time when the clock is set by %d ms', (step) => {
    const histogram = histogramOf({ schema: 8, maxBuckets: 2, minResetMs: 10 * MINUTE });
    vi.setSystemTime(step);
    for (const value of [1, 2, 3, 4]) histogram.observe(value);

    vi.advanceTimersByTime(9 * MINUTE);
    expect(rowOf(histogram)).toMatchObject({ count: 4, startMs: 0 });
    vi.advanceTimersByTime(2 * MINUTE);
    expect(rowOf(histogram)).toMatchObject({ count: 0, startMs: step + 10 * MINUTE });
  });

  test('do not count NaN, which has no bucket', () => {
    expect(after([1, 2, Number.NaN, Number.NaN], { schema: 8, maxBuckets: 2 })).toMatchObject({ schema: 8, count: 4 });
  });

  test('have no limit with maxBuckets: Infinity', () => {
    const many = Array.from({ length: 1000 }, (_, i) => 1.01 ** i);

    expect(after(many, { schema: 8, maxBuckets: Infinity })).toMatchObject({ schema: 8, count: 1000 });
  });
});

describe('options of native buckets', () => {
  test.each<[unknown]>([
    ['yes'],
    [5],
    [{ schema: -5 }],
    [{ schema: 9 }],
    [{ schema: 1.5 }],
    [{ schema: '3' }],
    [{ schema: 3, growthFactor: 1.1 }],
    [{ growthFactor: 1 }],
    [{ growthFactor: Number.NaN }],
    [{ maxBuckets: 0 }],
    [{ maxBuckets: 2.5 }],
    [{ zeroThreshold: -1 }],
    [{ zeroThreshold: Number.NaN }],
    [{ maxZeroThreshold: -1 }],
    [{ minResetMs: -1 }],
  ])('native: %o is refused', (native) => {
    expect(() => histogramOf(native as NativeOptions)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  test('a histogram with neither classic nor native buckets is refused', () => {
    expect(() => new Histogram({ name: 'h', help: 'H.', registry: null, buckets: false })).toThrow(
      expect.objectContaining({ code: 'INVALID_BUCKETS' }),
    );
  });
});
