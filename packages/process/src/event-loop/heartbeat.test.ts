import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Heartbeat } from './heartbeat.ts';

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
function pass(ms: number, heartbeat: Heartbeat, everyMs = Infinity): void {
  for (let passed = 0; passed < ms; passed += 100) {
    vi.advanceTimersByTime(100);
    if ((passed + 100) % everyMs === 0) heartbeat.scraped();
  }
}

test('beats every 1.25 seconds where no scrape comes, until it is stopped', () => {
  const beat = vi.fn();
  const heartbeat = new Heartbeat(beat, 900);

  pass(10_000, heartbeat);
  const beats = beat.mock.calls.length;
  heartbeat.stop();
  pass(10_000, heartbeat);

  expect([beats, beat.mock.calls.length]).toEqual([7, 7]);
});

test.each([0, 300, 700])(
  'beats with scrapes that come once a second, the first %i ms late, and hardly wakes for it',
  (lateMs) => {
    const beat = vi.fn();
    const heartbeat = new Heartbeat(beat, 900);

    pass(lateMs, heartbeat);
    pass(60_000, heartbeat, 1000);

    expect(beat.mock.calls.length).toBeGreaterThanOrEqual(59);
    expect(beat.mock.calls.length).toBeLessThanOrEqual(61);
    expect(wakes).toBeLessThanOrEqual(13);
  },
);

test('makes no beat of a scrape that comes too soon after the last one', () => {
  const beat = vi.fn();
  const heartbeat = new Heartbeat(beat, 900);

  pass(60_000, heartbeat, 100);

  expect(beat).toHaveBeenCalledTimes(66);
});

test.each([5000, 15_000])('goes on beating between scrapes every %i ms', (everyMs) => {
  const times: number[] = [performance.now()];
  const heartbeat = new Heartbeat(() => times.push(performance.now()), 900);

  pass(60_000, heartbeat, everyMs);

  const gaps = times.slice(1).map((time, i) => time - times[i]!);
  expect(Math.max(...gaps)).toBeLessThan(1400);
});

test('notices within ten seconds that no more scrapes come', () => {
  const beat = vi.fn();
  const heartbeat = new Heartbeat(beat, 900);
  pass(60_000, heartbeat, 1000);

  pass(10_000, heartbeat);
  const noticed = beat.mock.calls.length;
  pass(10_000, heartbeat);

  expect(noticed).toBeGreaterThan(60);
  expect(beat.mock.calls.length).toBeGreaterThan(noticed + 6);
});
