import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ScrapeTicker } from './scrape-ticker.ts';

// Those of the modules are not the global ones, which are what can be faked.
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
    // As late as they are.
    return setTimeout(callback, ms + 3);
  }) as typeof setTimeout);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Lets some time pass, in which scrapes come. */
function pass(ms: number, ticker: ScrapeTicker, everyMs = Infinity): void {
  for (let passed = 0; passed < ms; passed += 100) {
    vi.advanceTimersByTime(100);
    if ((passed + 100) % everyMs === 0) ticker.onScrape();
  }
}

test('beats every 1.25 seconds where no scrape comes, until it is stopped', () => {
  const tick = vi.fn();
  const ticker = new ScrapeTicker(tick, 900);

  pass(10_000, ticker);
  const ticks = tick.mock.calls.length;
  ticker.stop();
  pass(10_000, ticker);

  expect([ticks, tick.mock.calls.length]).toEqual([7, 7]);
});

test.each([0, 300, 700])(
  'beats with scrapes that come once a second, the first %i ms late, and hardly wakes for it',
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

test('makes no beat of a scrape that comes too soon after the last one', () => {
  const tick = vi.fn();
  const ticker = new ScrapeTicker(tick, 900);

  pass(60_000, ticker, 100);

  expect(tick).toHaveBeenCalledTimes(66);
});

test.each([5000, 15_000])('goes on beating between scrapes every %i ms', (everyMs) => {
  const times: number[] = [performance.now()];
  const ticker = new ScrapeTicker(() => times.push(performance.now()), 900);

  pass(60_000, ticker, everyMs);

  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  expect(Math.max(...gaps)).toBeLessThan(1400);
});

test('notices within ten seconds that no more scrapes come', () => {
  const tick = vi.fn();
  const ticker = new ScrapeTicker(tick, 900);
  pass(60_000, ticker, 1000);

  pass(10_000, ticker);
  const noticed = tick.mock.calls.length;
  pass(10_000, ticker);

  expect(noticed).toBeGreaterThan(60);
  expect(tick.mock.calls.length).toBeGreaterThan(noticed + 6);
});
