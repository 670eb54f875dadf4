import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Counter } from './counter.ts';
import { Gauge } from './gauge.ts';
import { Histogram } from './histogram.ts';
import { Registry } from './registry/registry.ts';
import { StateSet } from './state-set.ts';
import { Summary } from './summary.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function counterOf(extra: object = {}): Counter<'a'> {
  return new Counter({
    name: 'c_total',
    help: 'C.',
    registry: null,
    labelNames: ['a'],
    expireAfterMs: 60_000,
    ...extra,
  });
}

/** Advances the time with a scrape every ten seconds; returns the values of the last scrape. */
function scrapeFor(ms: number, counter: Counter<'a'>): Record<string, number> {
  let shown: Record<string, number> = {};
  for (let passed = 0; passed < ms; passed += 10_000) {
    vi.advanceTimersByTime(10_000);
    shown = Object.fromEntries(
      [...counter.collect()[0]!.rows()].map((row) => [row.labels.a, (row as { value: number }).value]),
    );
  }
  return shown;
}

test('a series with a function in progress does not expire, so that the gauge never falls below zero', async () => {
  const gauge = new Gauge({ name: 'g', help: 'G.', registry: null, labelNames: ['a'], expireAfterMs: 1000 });
  const ends: (() => void)[] = [];
  const run = () => new Promise<void>((resolve) => ends.push(resolve));
  gauge.set({ a: 'idle' }, 1);
  const running = [gauge.trackInProgress({ a: 'x' }, run), gauge.trackInProgress({ a: 'x' }, run)];
  const shown = () => {
    vi.advanceTimersByTime(2000);
    return [...gauge.collect()[0]!.rows()].map((row) => [row.labels.a, (row as { value: number }).value]);
  };

  expect([shown(), shown()]).toEqual([[['x', 2]], [['x', 2]]]);
  for (const end of ends) end();
  await Promise.all(running);

  expect(gauge.value({ a: 'x' })).toBe(0);
  // Removed a scrape after the last write, as any other series.
  expect([shown(), shown()]).toEqual([[['x', 0]], []]);
});

test('a wrong observation does not bring an expired series back', () => {
  const options = { help: 'H.', registry: new Registry({ onInvalid: () => undefined }), labelNames: ['a'] } as const;
  const expiring = { ...options, expireAfterMs: 1000 };
  const metrics = [
    new Counter({ ...expiring, name: 'c_total' }),
    new Gauge({ ...expiring, name: 'g' }),
    new Histogram({ ...expiring, name: 'h' }),
    new Summary({ ...expiring, name: 's' }),
    new StateSet({ ...expiring, name: 'state', states: ['on', 'off'] }),
  ] as const;
  const [counter, gauge, histogram, summary, state] = metrics;
  const c = counter.labels({ a: 1 });
  const g = gauge.labels({ a: 1 });
  const h = histogram.labels({ a: 1 });
  const s = summary.labels({ a: 1 });
  const st = state.labels({ a: 1 });
  const sizes = () => metrics.map((metric) => metric.collect()[0]!.size);
  vi.advanceTimersByTime(2000);
  expect(sizes()).toEqual([0, 0, 0, 0, 0]);

  c.inc(-1);
  g.set('1' as never);
  g.dec('1' as never);
  h.observe(undefined as never);
  s.observe('1' as never);
  st.set('broken' as never);
  expect(sizes()).toEqual([0, 0, 0, 0, 0]);

  c.inc();
  g.inc();
  h.observe(1);
  s.observe(1);
  st.set('off');
  expect(sizes()).toEqual([1, 1, 1, 1, 1]);
});

describe('a series without writes', () => {
  test.each([-3_600_000, 3_600_000])(
    'is removed by elapsed time when the clock of the system is set by %d ms',
    (step) => {
      const counter = counterOf();
      counter.inc({ a: 'x' }, 5);

      vi.setSystemTime(Date.now() + step);
      expect(scrapeFor(60_000, counter)).toEqual({ x: 5 });
      expect(scrapeFor(10_000, counter)).toEqual({});
    },
  );

  test('is removed after expireAfterMs, while others stay', () => {
    const counter = counterOf();
    counter.inc({ a: 'idle' }, 5);
    const busy = counter.labels({ a: 'busy' });

    for (let i = 0; i < 20; i++) {
      busy.inc();
      if (i === 5) expect(scrapeFor(10_000, counter)).toEqual({ idle: 5, busy: 6 });
      else scrapeFor(10_000, counter);
    }

    expect(scrapeFor(10_000, counter)).toEqual({ busy: 20 });
    expect(scrapeFor(60_000, counter)).toEqual({});
  });

  test('is recreated from zero and with a new start time, also by a write through its handle', () => {
    const counter = counterOf();
    const handle = counter.labels({ a: 'x' });
    handle.inc(5);
    expect(scrapeFor(100_000, counter)).toEqual({});
    expect(handle.removed).toBe(true);
    expect(handle.value()).toBe(0);

    handle.inc(2);

    expect(handle.removed).toBe(false);
    expect(scrapeFor(10_000, counter)).toEqual({ x: 2 });
    expect(counter.collect()[0]!.startMs![0]).toBe(1_100_000);
  });

  test('is recreated once, also if it has an old and a new handle', () => {
    const counter = counterOf();
    const before = counter.labels({ a: 'x' });
    before.inc();
    scrapeFor(100_000, counter);
    const after = counter.labels({ a: 'x' });
    after.inc(2);

    before.inc(3);
    counter.inc({ a: 'x' }, 4);
    for (const a of ['y', 'z']) counter.inc({ a });
    counter.remove({ a: 'y' });
    before.inc(10);
    after.inc(20);

    expect(counter.value({ a: 'x' })).toBe(39);
    expect([before.value(), after.value()]).toEqual([39, 39]);
    counter.remove({ a: 'x' });
    before.inc();
    after.inc();
    expect(counter.value({ a: 'x' })).toBe(0);
    expect([before.removed, after.removed]).toEqual([true, true]);
  });

  test('is not recreated through its handle after remove()', () => {
    const counter = counterOf();
    const handle = counter.labels({ a: 'x' });

    counter.remove({ a: 'x' });
    handle.inc();

    expect(scrapeFor(10_000, counter)).toEqual({});
  });

  test('is removed early when a limit is reached', () => {
    const counter = counterOf({ labelLimit: 3, seriesLimit: 3 });
    for (const a of ['1', '2', '3']) counter.inc({ a });
    vi.advanceTimersByTime(61_000);

    counter.inc({ a: '4' });

    expect(scrapeFor(10_000, counter)).toEqual({ 4: 1 });
  });
});

test('the series for everything past the series limit does not expire while it is written to', () => {
  const counter = counterOf({ seriesLimit: 1, expireAfterMs: 25_000 });
  const first = counter.labels({ a: 'first' });

  for (let i = 0; i < 10; i++) {
    first.inc();
    counter.inc({ a: `past-${i}` });
    scrapeFor(10_000, counter);
  }

  expect(scrapeFor(10_000, counter)).toEqual({ first: 10, __other__: 10 });
});

test('weeks of churn leave no expired series and no dead label values behind', () => {
  const counter = counterOf({ labelLimit: 1000 });
  const handle = counter.labels({ a: 'kept' });

  for (let i = 0; i < 20_000; i++) {
    counter.inc({ a: `request-${i}` });
    handle.inc();
    if (i % 10 === 0) scrapeFor(10_000, counter);
  }

  const family = counter.collect()[0]!;
  expect(family.size).toBeLessThan(100);
  expect(family.dictionaries[0]!.length).toBeLessThan(300);
  expect(handle.value()).toBe(20_000);
});

test('gauges and histograms expire like counters', () => {
  const gauge = new Gauge({ name: 'g', help: 'G.', registry: null, labelNames: ['a'], expireAfterMs: 1000 });
  const histogram = new Histogram({
    name: 'h',
    help: 'H.',
    registry: null,
    labelNames: ['a'],
    expireAfterMs: 1000,
    native: true,
  });
  const [gaugeHandle, histogramHandle] = [gauge.labels({ a: 1 }), histogram.labels({ a: 1 })];
  gaugeHandle.set(5);
  histogramHandle.observe(5, { trace_id: 'x' });
  const sizes = () => [gauge.collect()[0]!.size, histogram.collect()[0]!.size];
  sizes();
  vi.advanceTimersByTime(1001);
  expect(sizes()).toEqual([0, 0]);

  gaugeHandle.inc();
  histogramHandle.observe(1);

  expect(gaugeHandle.value()).toBe(1);
  expect([...histogram.collect()[0]!.rows()]).toMatchObject([
    { count: 1, sum: 1, native: { positive: [{ index: 0, count: 1 }] } },
  ]);
});

test('a metric without labels does not expire', () => {
  const counter = new Counter({ name: 'c_total', help: 'C.', registry: null, expireAfterMs: 1000 });
  counter.inc();
  counter.collect();
  vi.advanceTimersByTime(100_000);

  expect(counter.collect()[0]!.size).toBe(1);
  expect(counter.value()).toBe(1);
});

test.each([0, -1, Infinity, Number.NaN, '5'])('expireAfterMs: %s is refused', (expireAfterMs) => {
  expect(() => counterOf({ expireAfterMs })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});
