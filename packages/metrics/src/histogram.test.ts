import { describe, expect, test, vi } from 'vitest';
import { exponentialBuckets, linearBuckets } from './buckets.ts';
import { Histogram } from './histogram.ts';
import { Registry } from './registry/registry.ts';

const options = { name: 'h', help: 'H.', registry: null };

describe('a histogram', () => {
  test('counts every value in the first bucket whose bound is not below it', () => {
    const histogram = new Histogram({ ...options, buckets: [-1, 0, 1, 10] });

    for (const value of [-5, -1, -0.5, 0, 0.5, 1, 1.0000001, 10, 11]) histogram.observe(value);

    expect(histogram.value()).toEqual({
      buckets: [
        { le: -1, count: 2 },
        { le: 0, count: 4 },
        { le: 1, count: 6 },
        { le: 10, count: 8 },
        { le: Infinity, count: 9 },
      ],
      count: 9,
      sum: -5 - 1 - 0.5 + 0.5 + 1 + 1.0000001 + 10 + 11,
    });
  });

  test('counts infinities and NaN, and the sum includes them', () => {
    const histogram = new Histogram({ ...options, buckets: [1], labelNames: ['a'] });

    histogram.observe({ a: 'inf' }, Infinity);
    histogram.observe({ a: '-inf' }, -Infinity);
    histogram.observe({ a: 'nan' }, Number.NaN);

    const bucketsOf = (a: string) => histogram.value({ a }).buckets.map(({ count }) => count);
    expect([bucketsOf('inf'), bucketsOf('-inf'), bucketsOf('nan')]).toEqual([
      [0, 1],
      [1, 1],
      [0, 1],
    ]);
    expect(['inf', '-inf', 'nan'].map((a) => histogram.value({ a }).sum)).toEqual([Infinity, -Infinity, Number.NaN]);
  });

  test('has the buckets of other clients by default', () => {
    expect(new Histogram(options).value().buckets.map(({ le }) => le)).toEqual([
      0.005,
      0.01,
      0.025,
      0.05,
      0.1,
      0.25,
      0.5,
      1,
      2.5,
      5,
      10,
      Infinity,
    ]);
  });

  test('has a series at zero without labels, also after clear()', () => {
    const histogram = new Histogram({ ...options, buckets: [1] });
    const empty = histogram.value();

    histogram.observe(0.5);
    histogram.clear();

    expect(histogram.value()).toEqual(empty);
    expect([...histogram.collect()[0]!.rows()]).toEqual([
      {
        labels: {},
        startMs: expect.any(Number),
        buckets: [
          { le: 1, count: 0 },
          { le: Infinity, count: 0 },
        ],
        count: 0,
        sum: 0,
      },
    ]);
  });

  test('observes through a handle until the series is removed', () => {
    const histogram = new Histogram({ ...options, buckets: [1], labelNames: ['a'] });
    const handle = histogram.labels({ a: 'x' });

    handle.observe(3);
    expect(handle.value()).toEqual(histogram.value({ a: 'x' }));
    expect(handle.value().sum).toBe(3);
    histogram.remove({ a: 'x' });
    handle.observe(3);
    histogram.observe({ a: 'y' }, 1);

    expect(handle.value().count).toBe(0);
    expect(histogram.value({ a: 'y' })).toMatchObject({ count: 1, sum: 1 });
  });

  test('observes durations in seconds, with labels given at the end of the timer', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    try {
      const histogram = new Histogram({ ...options, labelNames: ['a', 'b'] });
      const start = { a: 'x' };
      const stop = histogram.startTimer(start);
      start.a = 'changed';
      vi.advanceTimersByTime(2000);
      expect(stop({ b: 'y' })).toBe(2);
      expect(histogram.value({ a: 'x', b: 'y' })).toMatchObject({ count: 1, sum: 2 });

      const handle = histogram.labels({ a: 'h', b: 'h' });
      const stopHandle = handle.startTimer();
      vi.advanceTimersByTime(500);
      expect(stopHandle()).toBe(0.5);

      const failing = handle.time(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        throw new Error('failed');
      });
      const caught = expect(failing).rejects.toThrow('failed');
      await vi.advanceTimersByTimeAsync(1000);
      await caught;
      expect(() =>
        handle.time(() => {
          throw new Error('at once');
        }),
      ).toThrow('at once');
      expect(handle.value()).toMatchObject({ count: 3, sum: 1.5 });
    } finally {
      vi.useRealTimers();
    }
  });

  test('refuses wrong labels before it runs the function to time', () => {
    const histogram = new Histogram({ ...options, registry: new Registry({ onInvalid: 'throw' }), labelNames: ['a'] });
    const run = vi.fn();

    expect(() => histogram.time({ b: 1 } as never, run)).toThrow(expect.objectContaining({ code: 'INVALID_LABELS' }));
    expect(run).not.toHaveBeenCalled();
  });

  test.each(['1', null, undefined, {}, 5n])('refuses %s as a value and is then unchanged', (value) => {
    const histogram = new Histogram({ ...options, registry: new Registry({ onInvalid: 'throw' }), labelNames: ['a'] });
    const handle = histogram.labels({ a: 'x' });

    expect(() => histogram.observe({ a: 'x' }, value as number)).toThrow(
      expect.objectContaining({ code: 'INVALID_VALUE' }),
    );
    expect(() => handle.observe(value as number)).toThrow(expect.objectContaining({ code: 'INVALID_VALUE' }));
    expect(handle.value().count).toBe(0);
  });

  test.each<[unknown, string]>([
    [[5, 1], 'Buckets of histogram "h" must rise, each bound once; got 1 after 5'],
    [[1, 1], 'Buckets of histogram "h" must rise, each bound once; got 1 after 1'],
    [[-0, 0], 'Buckets of histogram "h" must rise, each bound once; got 0 after 0'],
    [[Number.NaN, 1], 'Buckets of histogram "h" must be finite numbers; got NaN'],
    [[Infinity, 1], 'Buckets of histogram "h" must be finite numbers; got Infinity'],
    [[-Infinity, 1], 'Buckets of histogram "h" must be finite numbers; got -Infinity'],
    [['1'], 'Buckets of histogram "h" must be finite numbers; got "1"'],
    [[], 'Histogram "h" must have at least one finite bucket; got none'],
    [[Infinity], 'Histogram "h" must have at least one finite bucket; got none'],
    ['1,2', 'Option "buckets" of histogram "h" must be an array of numbers; got "1,2"'],
  ])('refuses buckets %j', (buckets, message) => {
    expect(() => new Histogram({ ...options, buckets: buckets as number[] })).toThrow(
      expect.objectContaining({ code: 'INVALID_BUCKETS', message }),
    );
  });

  test('drops a last bound of Infinity, and copies the other bounds', () => {
    const buckets = [1, 2, Infinity];
    const histogram = new Histogram({ ...options, buckets });
    buckets[0] = 100;

    expect(histogram.value().buckets.map(({ le }) => le)).toEqual([1, 2, Infinity]);
  });
});

describe('linearBuckets and exponentialBuckets', () => {
  test('return rising bounds without binary noise', () => {
    expect(linearBuckets(0.1, 0.1, 5)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(linearBuckets(-10, 5, 4)).toEqual([-10, -5, 0, 5]);
    expect(exponentialBuckets(0.1, 3, 5)).toEqual([0.1, 0.3, 0.9, 2.7, 8.1]);
    expect(exponentialBuckets(100, 1.2, 3)).toEqual([100, 120, 144]);
  });

  test.each<[() => unknown, string]>([
    [() => linearBuckets(0, 1, 0), 'Argument "count" of linearBuckets must be an integer from 1 to 10000; got 0'],
    [() => linearBuckets(0, 0, 1), 'Argument "width" of linearBuckets must be positive; got 0'],
    [() => linearBuckets(Number.NaN, 1, 1), 'Argument "start" of linearBuckets must be a finite number; got NaN'],
    [() => exponentialBuckets(0, 2, 1), 'Argument "start" of exponentialBuckets must be positive; got 0'],
    [() => exponentialBuckets(1, 1, 1), 'Argument "factor" of exponentialBuckets must be above 1; got 1'],
    [
      () => exponentialBuckets(1, 2, 1.5),
      'Argument "count" of exponentialBuckets must be an integer from 1 to 10000; got 1.5',
    ],
  ])('refuse wrong arguments', (run, message) => {
    expect(run).toThrow(expect.objectContaining({ code: 'INVALID_BUCKETS', message }));
  });
});
