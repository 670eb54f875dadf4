import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { tryCall } from '../platform.ts';
import { forEachSample } from './for-each-sample.ts';

/** Told of delays of so many seconds, and how many of them there were. */
export type OnDelay = (seconds: number, times: number) => void;

/** Delays up to this one need not be told apart. */
const MAX_QUIET_MS = 1;

/**
 * Samples how late the event loop comes to a timer, by Node's own monitor, which runs no JavaScript to do so.
 *
 * The monitor can tell its samples only all at once, sorted, so it is emptied when one of them is late. The sample that is
 * under way at that moment is lost to it, and a stall may be just what begins then: it shows as time that no sample covers.
 */
export class DelayMonitor {
  readonly #monitor: IntervalHistogram;
  readonly #intervalMs: number;
  readonly #onDelay: OnDelay;
  #resetMs = performance.now();
  /** How many of the samples in it were handed on already, none of them late. */
  #reported = 0;

  private constructor(monitor: IntervalHistogram, intervalMs: number, onDelay: OnDelay) {
    this.#monitor = monitor;
    this.#intervalMs = intervalMs;
    this.#onDelay = onDelay;
  }

  /** Starts to sample every so often, in whole milliseconds; `undefined` where the platform has no monitor. */
  static start(intervalMs: number, onDelay: OnDelay): DelayMonitor | undefined {
    const monitor = tryCall(() => startMonitor(intervalMs));
    return monitor && new DelayMonitor(monitor, intervalMs, onDelay);
  }

  /** Hands on what was sampled since the last time. */
  drain(): void {
    const { count, max } = this.#monitor;
    if (count === this.#reported) return;
    const nowMs = performance.now();
    const isLate =
      max / 1e6 - this.#intervalMs > MAX_QUIET_MS || (this.#reported === 0 && this.#uncoveredMs(nowMs) > MAX_QUIET_MS);
    if (!isLate) {
      this.#reportQuiet();
      return;
    }
    this.#reportEach(nowMs);
    this.#monitor.reset();
    this.#reported = 0;
    this.#resetMs = nowMs;
  }

  stop(): void {
    this.#monitor.disable();
  }

  /** Between the least and the most is next to nothing, and to look at each would take longer than to have sampled it. */
  #reportQuiet(): void {
    const { count, min, max } = this.#monitor;
    this.#onDelay(this.#delay((min + max) / 2e6), count - this.#reported);
    this.#reported = count;
  }

  #reportEach(nowMs: number): void {
    // What was told already was least.
    let untold = -this.#reported;
    forEachSample(this.#monitor, (nanoseconds, times) => {
      const before = Math.max(0, untold);
      untold += times;
      if (untold > before) this.#onDelay(this.#delay(nanoseconds / 1e6), untold - before);
    });
    if (this.#reported === 0) this.#onDelay(Math.max(0, this.#uncoveredMs(nowMs)) / 1000, 1);
  }

  /** For how long no sample was under way, but for a part before the first and one behind the last. */
  #uncoveredMs(nowMs: number): number {
    const { count, mean } = this.#monitor;
    return nowMs - this.#resetMs - (mean * count) / 1e6 - 2 * this.#intervalMs;
  }

  /** The loop rounds to whole milliseconds, so that a timer may come a little early. */
  #delay(elapsedMs: number): number {
    return Math.max(0, elapsedMs - this.#intervalMs) / 1000;
  }
}

function startMonitor(resolutionMs: number): IntervalHistogram {
  const monitor = monitorEventLoopDelay({ resolution: resolutionMs });
  monitor.enable();
  return monitor;
}
