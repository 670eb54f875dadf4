import { describe, expect, test, vi } from 'vitest';
import { Counter } from './counter.ts';
import { Gauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import { StateSet } from './state-set.ts';
import { Summary } from './summary.ts';

const common = { help: 'H.', registry: null, labelNames: ['a'] } as const;

describe('reset()', () => {
  test('sets every series to zero and keeps it, with its handle', () => {
    const counter = new Counter({ name: 'c_total', ...common, initialLabels: [{ a: 'first' }] });
    const handle = counter.labels({ a: 'x' });
    handle.inc(5);

    counter.reset();

    expect([...counter.collect()[0]!.rows()]).toMatchObject([
      { labels: { a: 'first' }, value: 0 },
      { labels: { a: 'x' }, value: 0 },
    ]);
    handle.inc();
    expect(counter.value({ a: 'x' })).toBe(1);
  });

  test('applies to every kind of metric', () => {
    const gauge = new Gauge({ name: 'g', ...common });
    const histogram = new Histogram({ name: 'h', ...common, buckets: [1], native: true });
    const summary = new Summary({ name: 's', ...common, quantiles: [0.5] });
    const states = new StateSet({ name: 'm', ...common, states: ['off', 'on'] });
    gauge.set({ a: 'x' }, -3);
    histogram.observe({ a: 'x' }, 0.5, { trace_id: '1' });
    summary.observe({ a: 'x' }, 7);
    states.set({ a: 'x' }, 'on');

    for (const metric of [gauge, histogram, summary, states]) metric.reset();

    expect(gauge.value({ a: 'x' })).toBe(0);
    expect(histogram.value({ a: 'x' })).toMatchObject({ count: 0, sum: 0 });
    expect([...histogram.collect()[0]!.rows()]).toEqual([
      expect.objectContaining({ count: 0, native: expect.objectContaining({ zeroCount: 0, positive: [] }) }),
    ]);
    expect(histogram.collect()[0]!.exemplars?.exemplars ?? []).toEqual([]);
    expect([...summary.collect()[0]!.rows()]).toEqual([
      expect.objectContaining({ count: 0, sum: 0, quantiles: [{ quantile: 0.5, value: Number.NaN }] }),
    ]);
    expect(states.value({ a: 'x' })).toBe('off');
  });

  test('keeps the series of a metric without labels', () => {
    const histogram = new Histogram({ name: 'h', help: 'H.', registry: null, buckets: [1] });
    histogram.observe(0.5);

    histogram.reset();

    expect([...histogram.collect()[0]!.rows()]).toEqual([expect.objectContaining({ count: 0, sum: 0 })]);
    histogram.observe(2);
    expect(histogram.value()).toMatchObject({ count: 1, sum: 2 });
  });

  test('begins a new start time', () => {
    vi.useFakeTimers({ now: 1000 });
    try {
      const counter = new Counter({ name: 'c_total', ...common });
      counter.inc({ a: 'x' });
      vi.advanceTimersByTime(500);

      counter.reset();

      expect([...counter.collect()[0]!.rows()]).toMatchObject([{ startMs: 1500 }]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('of a metric with bound labels applies to the bound series only', () => {
    const counter = new Counter({ name: 'c_total', help: 'H.', registry: null, labelNames: ['a', 'b'] });
    counter.inc({ a: 'x', b: '1' });
    counter.inc({ a: 'y', b: '1' });

    counter.withLabels({ a: 'x' }).reset();

    expect(counter.value({ a: 'x', b: '1' })).toBe(0);
    expect(counter.value({ a: 'y', b: '1' })).toBe(1);
  });
});
