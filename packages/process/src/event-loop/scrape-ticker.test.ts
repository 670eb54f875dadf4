import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ScrapeTicker } from './scrape-ticker.ts';

// Fake timers replace only the global functions, not the exports of the modules.
vi.mock('node:perf_hooks', () => ({ performance: { now: () => globalThis.performance.now() } }));
vi.mock('node:timers', () => ({
  setTimeout: (...args: Parameters<typeof setTimeout>) => globalThis.setTimeout(...args),
  clearTimeout: (timer: NodeJS.Timeout) => globalThis.clearTimeout(timer),
}));

let wakes = 0;

beforeEach(() => {
  vi.useFakeTimers();
  wakes = 0;
  const { setTimeout } = globalThis;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation(((callback: () => void, ms: number) => {
    wakes++;
    // Timers are late by some milliseconds.
    return setTimeout(callback, ms + 3);
  }) as typeof setTimeout);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets time pass, with scrapes at a fixed interval. */
function pass(ms: number, ticker: ScrapeTicker, everyMs = Infinity): void {
  for (let passed = 0; passed < ms; passed += 100) {
    vi.advanceTimersByTime(100);
    if ((passed + 100) % everyMs === 0) ticker.onScrape();
  }
}

test('ScrapeTicker ticks every 1.25 seconds without scrapes, until stop()', () => {
  const tick = vi.fn();
  const ticker = new ScrapeTicker(tick, 900);

  pass(10_000, ticker);
  const ticks = tick.mock.calls.length;
  ticker.stop();
  pass(10_000, ticker);

  expect([ticks, tick.mock.calls.length]).toEqual([7, 7]);
});

test.each([0, 300, 700])(
  'ScrapeTicker ticks with scrapes once a second, the first %i ms late, and rarely by its timer',
  (lateMs) => {
    const tick = vi.fn();
    const ticker = new ScrapeTicker(tick, 900);

    pass(lateMs, ticker);
    pass(60_000, ticker, 1000);

    expect(tick.mock.calls.length).toBeGreaterThanOrEqual(59);
    expect(tick.mock.calls.length).toBeLessThanOrEqual(61);
    expect(wakes).toBeLessThanOrEqual(13);
  },
);

test('ScrapeTicker skips a scrape too soon after the last tick', () => {
  const tick = vi.fn();
  const ticker = new ScrapeTicker(tick, 900);

  pass(60_000, ticker, 100);

  expect(tick).toHaveBeenCalledTimes(66);
});

test.each([5000, 15_000])('ScrapeTicker ticks between scrapes every %i ms', (everyMs) => {
  const times: number[] = [performance.now()];
  const ticker = new ScrapeTicker(() => times.push(performance.now()), 900);

  pass(60_000, ticker, everyMs);

  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  expect(Math.max(...gaps)).toBeLessThan(1400);
});

test('ScrapeTicker notices the end of scrapes within ten seconds', () => {
  const tick = vi.fn();
  const ticker = new ScrapeTicker(tick, 900);
  pass(60_000, ticker, 1000);

  pass(10_000, ticker);
  const noticed = tick.mock.calls.length;
  pass(10_000, ticker);

  expect(noticed).toBeGreaterThan(60);
  expect(tick.mock.calls.length).toBeGreaterThan(noticed + 6);
});
