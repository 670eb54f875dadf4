import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { tryCall } from '../platform.ts';
import { forEachSample } from './for-each-sample.ts';

/** Called with a delay in seconds and the number of samples with this delay. */
export type OnDelay = (seconds: number, times: number) => void;

/** Delays up to this number of milliseconds need not be distinguished. */
const MAX_QUIET_MS = 1;

/**
 * Samples the delay of a timer in the event loop with Node's own monitor, without running JavaScript for each sample.
 *
 * The monitor returns its samples only all at once, sorted, and is therefore reset when one of them is late. A reset
 * loses the sample in progress, and a stall may begin at just this moment: it then shows as time without a sample.
 */
export class DelayMonitor {
  readonly #monitor: IntervalHistogram;
  readonly #intervalMs: number;
  readonly #onDelay: OnDelay;
  #resetMs = performance.now();
  /** Number of samples in the monitor already reported, none of them late. */
  #reported = 0;

  private constructor(monitor: IntervalHistogram, intervalMs: number, onDelay: OnDelay) {
    this.#monitor = monitor;
    this.#intervalMs = intervalMs;
    this.#onDelay = onDelay;
  }

  /** Starts sampling every `intervalMs`, an integer; returns `undefined` if the platform has no monitor. */
  static start(intervalMs: number, onDelay: OnDelay): DelayMonitor | undefined {
    const monitor = tryCall(() => startMonitor(intervalMs));
    return monitor && new DelayMonitor(monitor, intervalMs, onDelay);
  }

  /** Reports the samples since the last call. */
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

  /**
   * Reports all new samples with the midpoint of minimum and maximum, because both are close, and visiting each sample
   * would take longer than sampling.
   */
  #reportQuiet(): void {
    const { count, min, max } = this.#monitor;
    this.#onDelay(this.#delay((min + max) / 2e6), count - this.#reported);
    this.#reported = count;
  }

  #reportEach(nowMs: number): void {
    // Samples reported earlier were the smallest.
    let unreported = -this.#reported;
    forEachSample(this.#monitor, (nanoseconds, times) => {
      const before = Math.max(0, unreported);
      unreported += times;
      if (unreported > before) this.#onDelay(this.#delay(nanoseconds / 1e6), unreported - before);
    });
    if (this.#reported === 0) this.#onDelay(Math.max(0, this.#uncoveredMs(nowMs)) / 1000, 1);
  }

  /**
   * Returns the time without a sample in progress, less one interval before the first sample and one after the last.
   */
  #uncoveredMs(nowMs: number): number {
    const { count, mean } = this.#monitor;
    return nowMs - this.#resetMs - (mean * count) / 1e6 - 2 * this.#intervalMs;
  }

  /** Returns the delay in seconds. The loop rounds to milliseconds, and a timer may fire slightly early. */
  #delay(elapsedMs: number): number {
    return Math.max(0, elapsedMs - this.#intervalMs) / 1000;
  }
}

function startMonitor(resolutionMs: number): IntervalHistogram {
  const monitor = monitorEventLoopDelay({ resolution: resolutionMs });
  monitor.enable();
  return monitor;
}
