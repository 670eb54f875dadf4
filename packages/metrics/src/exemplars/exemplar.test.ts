import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Counter } from '../counter.ts';
import { Histogram } from '../histogram.ts';
import { Registry } from '../registry/registry.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function exemplarsOf(metric: Counter | Counter<'a'> | Histogram | Histogram<'a'>): unknown[] {
  return [...metric.collect()[0]!.rows()].map(({ labels, exemplars }) => [
    { ...labels },
    exemplars?.map(({ labels, ...rest }) => ({
      ...rest,
      text: labels.map(({ name, value }) => `${name}=${value}`).join(),
    })),
  ]);
}

test('a counter keeps its last exemplar, with the amount and time of the increase', () => {
  const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames: ['a'] });

  counter.inc({ a: 'x' }, 1, { trace_id: 'first' });
  vi.advanceTimersByTime(500);
  counter.inc({ a: 'x' }, 2.5, { trace_id: 'second', n: 7 });
  counter.inc({ a: 'x' });
  counter.labels({ a: 'y' }).inc(3, { span_id: 's' });
  counter.inc({ a: 'z' }, 1);

  expect(exemplarsOf(counter)).toEqual([
    [{ a: 'x' }, [{ value: 2.5, timestampMs: 1_000_500, text: 'trace_id=second,n=7' }]],
    [{ a: 'y' }, [{ value: 3, timestampMs: 1_000_500, text: 'span_id=s' }]],
    [{ a: 'z' }, undefined],
  ]);
  expect(counter.value({ a: 'x' })).toBe(4.5);
});

test('an unlabelled counter takes exemplar labels after the amount', () => {
  const counter = new Counter({ name: 'c_total', help: 'C.', registry: null });

  counter.inc(5, { trace_id: 't' });

  expect(exemplarsOf(counter)).toEqual([[{}, [{ value: 5, timestampMs: 1_000_000, text: 'trace_id=t' }]]]);
});

test('a histogram keeps the last exemplar of every bucket', () => {
  const histogram = new Histogram({ name: 'h', help: 'H.', registry: null, buckets: [1, 2], labelNames: ['a'] });

  histogram.observe({ a: 'x' }, 0.5, { t: 'old' });
  histogram.observe({ a: 'x' }, 0.7, { t: 'low' });
  histogram.labels({ a: 'x' }).observe(9, { t: 'high' });
  histogram.observe({ a: 'x' }, 1.5);

  expect(exemplarsOf(histogram)).toEqual([
    [
      { a: 'x' },
      [
        { value: 0.7, timestampMs: 1_000_000, le: 1, text: 't=low' },
        { value: 9, timestampMs: 1_000_000, le: Infinity, text: 't=high' },
      ],
    ],
  ]);
});

test('exemplars are removed and moved with their series', () => {
  const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, labelNames: ['a'] });
  for (const a of ['1', '2', '3']) counter.inc({ a }, 1, { of: a });

  counter.remove({ a: '1' });
  counter.inc({ a: '4' });
  expect(exemplarsOf(counter)).toEqual([
    [{ a: '3' }, [{ value: 1, timestampMs: 1_000_000, text: 'of=3' }]],
    [{ a: '2' }, [{ value: 1, timestampMs: 1_000_000, text: 'of=2' }]],
    [{ a: '4' }, undefined],
  ]);

  counter.clear();
  counter.inc({ a: '2' });
  expect(exemplarsOf(counter)).toEqual([[{ a: '2' }, undefined]]);
});

describe('a native histogram', () => {
  const observed = (values: readonly number[], pauseMs = 0): number[] => {
    const histogram = new Histogram({ name: 'h', help: 'H.', registry: null, buckets: false, native: true });
    values.forEach((value, i) => {
      histogram.observe(value, { i });
      vi.advanceTimersByTime(pauseMs);
    });
    return (exemplarsOf(histogram)[0] as [object, { value: number }[]])[1].map(({ value }) => value);
  };

  test('keeps up to ten exemplars, by rising value', () => {
    expect(observed([5, 1, 3, 2, 4])).toEqual([1, 2, 3, 4, 5]);
    expect(observed(Array.from({ length: 100 }, (_, i) => i))).toHaveLength(10);
  });

  test('keeps its exemplars spread: the older of the two closest exemplars is dropped', () => {
    expect(observed([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1.1e8, 1e9], 10)).toEqual([
      1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1.1e8, 1e9,
    ]);
    // The newest exemplar is of the closest pair, and replaces the other.
    expect(observed([1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 11], 10)).toEqual([
      1, 11, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
    ]);
  });

  test('drops an exemplar older than five minutes first', () => {
    const values = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1.0001e9];

    expect(observed(values, 31_000)).toEqual(values.slice(1));
  });

  test('keeps exemplars of classic and native buckets', () => {
    const histogram = new Histogram({ name: 'h', help: 'H.', registry: null, buckets: [1], native: true });

    histogram.observe(0.5, { t: 1 });
    histogram.observe(-3, { t: 2 });

    expect(exemplarsOf(histogram)).toEqual([
      [
        {},
        [
          { value: -3, timestampMs: 1_000_000, le: 1, text: 't=2' },
          { value: -3, timestampMs: 1_000_000, text: 't=2' },
          { value: 0.5, timestampMs: 1_000_000, text: 't=1' },
        ],
      ],
    ]);
  });
});

describe('exemplar labels', () => {
  test.each<[string, unknown]>([
    ['too long a value', { trace_id: 'x'.repeat(121) }],
    ['too long together', Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, 'abc']))],
    ['a bad label name', { 'trace-id': 'x' }],
    ['a string', 'trace'],
    ['an array', ['trace']],
  ])('are refused: %s', (_, labels) => {
    const counter = new Counter({
      name: 'c_total',
      help: 'C.',
      registry: new Registry({ onInvalid: 'throw' }),
      labelNames: ['a'],
    });
    const histogram = new Histogram({
      name: 'h',
      help: 'H.',
      registry: new Registry({ onInvalid: 'throw' }),
      buckets: [1],
    });
    const refused = expect.objectContaining({ code: 'INVALID_EXEMPLAR' });

    expect(() => counter.inc({ a: 'x' }, 1, labels as object as Record<string, string>)).toThrow(refused);
    expect(() => histogram.observe(1, labels as object as Record<string, string>)).toThrow(refused);
    expect(() => histogram.labels({}).observe(1, labels as object as Record<string, string>)).toThrow(refused);

    expect(exemplarsOf(counter)).toEqual([]);
    expect(exemplarsOf(histogram)).toEqual([[{}, undefined]]);
    expect(histogram.value().count).toBe(0);
  });

  test('are refused with a non-scalar value', () => {
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: new Registry({ onInvalid: 'throw' }) });

    expect(() => counter.inc(1, { t: {} as string })).toThrow(expect.objectContaining({ code: 'INVALID_LABEL_VALUE' }));
    expect(counter.value()).toBe(0);
  });

  test('may have 128 characters of two UTF-16 units each', () => {
    const counter = new Counter({ name: 'c_total', help: 'C.', registry: null });

    counter.inc(1, { trace_id: '😀'.repeat(120) });

    expect(counter.value()).toBe(1);
  });
});

describe('the exemplar of a duration', () => {
  test('is given to the timer, or returned by a function at the end', async () => {
    const histogram = new Histogram({ name: 'h', help: 'H.', registry: null, buckets: [1, 2], labelNames: ['a'] });

    histogram.startTimer({ a: 'x' })({}, { trace_id: '1' });
    histogram.labels({ a: 'y' }).startTimer()({ trace_id: '2' });
    histogram.time(
      { a: 'z' },
      () => vi.advanceTimersByTime(1500),
      () => ({ trace_id: '3' }),
    );
    await histogram.labels({ a: 'p' }).time(async () => undefined, { trace_id: '4' });
    histogram.time(
      { a: 'q' },
      () => undefined,
      () => undefined,
    );

    const texts = histogram.collect()[0]!.exemplars!.exemplars.map(({ labels, value }) => [labels[0]!.value, value]);
    expect(texts).toEqual([
      ['1', 0],
      ['2', 0],
      ['3', 1.5],
      ['4', 0],
    ]);
  });
});
