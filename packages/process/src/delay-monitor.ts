import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { attempt } from './attempt.ts';
import { forEachValue } from './for-each-value.ts';
import { RecentActivity } from './recent-activity.ts';

/** Told of delays of so many seconds, and how many of them there were. */
export type OnDelay = (seconds: number, times: number) => void;

/** How long it is from one sample to the next, in whole milliseconds. */
export interface SampleIntervals {
  /** While the event loop has something to do. */
  readonly busyMs: number;
  /** While it has next to nothing to do, and each sample wakes the process for itself alone. */
  readonly idleMs: number;
}

/** The part of the time from which on the event loop is busy: some times what sampling it takes by itself. */
const BUSY = 0.02;
/** How long it is at least from one look at how busy the loop is to the next. */
const LOOK_MS = 900;
/** Delays up to this one need not be told apart. */
const QUIET_MS = 1;

/**
 * Samples how late the event loop comes to a timer, by Node's own monitor, which runs no JavaScript to do so.
 *
 * The monitor can tell its samples only all at once, sorted, so it is emptied when one of them is late. The sample that is
 * under way at that moment is lost to it, and a stall may be just what begins then: it shows as time that no sample covers.
 */
export class DelayMonitor {
  readonly #intervals: SampleIntervals;
  readonly #onDelay: OnDelay;
  readonly #activity = new RecentActivity();
  #monitor: IntervalHistogram;
  #intervalMs: number;
  #emptiedMs = performance.now();
  /** How many of the samples in it were handed on already, none of them late. */
  #told = 0;
  #lookedMs = performance.now();

  private constructor(monitor: IntervalHistogram, intervals: SampleIntervals, onDelay: OnDelay) {
    this.#monitor = monitor;
    this.#intervals = intervals;
    this.#intervalMs = intervals.busyMs;
    this.#onDelay = onDelay;
  }

  /** Starts to sample; `undefined` where the platform has no monitor. */
  static start(intervals: SampleIntervals, onDelay: OnDelay): DelayMonitor | undefined {
    // What starts is busy.
    const monitor = attempt(() => startMonitor(intervals.busyMs));
    return monitor && new DelayMonitor(monitor, intervals, onDelay);
  }

  /** Hands on what was sampled since the last time, and goes on sampling as often as suits what the loop did since. */
  drain(): void {
    const { count, max } = this.#monitor;
    if (count === this.#told) return;
    const nowMs = performance.now();
    const isLate = max / 1e6 - this.#intervalMs > QUIET_MS || (this.#told === 0 && this.#uncoveredMs(nowMs) > QUIET_MS);
    if (isLate) this.#tellEach(nowMs);
    else this.#tellQuiet();
    const intervalMs = this.#nextIntervalMs(nowMs);
    if (intervalMs !== this.#intervalMs) this.#restart(intervalMs, nowMs);
    else if (isLate) this.#empty(nowMs);
  }

  stop(): void {
    this.#monitor.disable();
  }

  /** Between the least and the most is next to nothing, and to look at each would take longer than to have sampled it. */
  #tellQuiet(): void {
    const { count, min, max } = this.#monitor;
    this.#onDelay(this.#delay((min + max) / 2e6), count - this.#told);
    this.#told = count;
  }

  #tellEach(nowMs: number): void {
    // What was told already was least.
    let untold = -this.#told;
    forEachValue(this.#monitor, (nanoseconds, times) => {
      const before = Math.max(0, untold);
      untold += times;
      if (untold > before) this.#onDelay(this.#delay(nanoseconds / 1e6), untold - before);
    });
    if (this.#told === 0) this.#onDelay(Math.max(0, this.#uncoveredMs(nowMs)) / 1000, 1);
  }

  /** For how long no sample was under way, but for a part before the first and one behind the last. */
  #uncoveredMs(nowMs: number): number {
    const { count, mean } = this.#monitor;
    return nowMs - this.#emptiedMs - (mean * count) / 1e6 - 2 * this.#intervalMs;
  }

  /** The loop rounds to whole milliseconds, so that a timer may come a little early. */
  #delay(elapsedMs: number): number {
    return Math.max(0, elapsedMs - this.#intervalMs) / 1000;
  }

  #nextIntervalMs(nowMs: number): number {
    if (nowMs - this.#lookedMs < LOOK_MS) return this.#intervalMs;
    this.#lookedMs = nowMs;
    // Where nobody knows, it may be.
    return (this.#activity.next() ?? 1) < BUSY ? this.#intervals.idleMs : this.#intervals.busyMs;
  }

  #empty(nowMs: number): void {
    this.#monitor.reset();
    this.#told = 0;
    this.#emptiedMs = nowMs;
  }

  #restart(intervalMs: number, nowMs: number): void {
    const next = startMonitor(intervalMs);
    this.#monitor.disable();
    this.#monitor = next;
    this.#intervalMs = intervalMs;
    this.#empty(nowMs);
  }
}

function startMonitor(resolutionMs: number): IntervalHistogram {
  const monitor = monitorEventLoopDelay({ resolution: resolutionMs });
  monitor.enable();
  return monitor;
}
