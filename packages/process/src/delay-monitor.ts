import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { attempt } from './attempt.ts';
import { forEachValue } from './for-each-value.ts';

/** Told of delays of so many seconds, and how many of them there were. */
export type OnDelay = (seconds: number, times: number) => void;

/**
 * Samples how late the event loop comes to a timer, by Node's own monitor, which runs no JavaScript to do so.
 *
 * The monitor can tell its samples only all at once, sorted, so it is emptied whenever they are wanted. The sample that is
 * under way at that moment is lost to it, and a stall may be just what begins then: it shows as time that no sample covers.
 */
export class DelayMonitor {
  readonly #monitor: IntervalHistogram;
  readonly #resolutionMs: number;
  readonly #onDelay: OnDelay;
  #drainedMs = performance.now();

  private constructor(monitor: IntervalHistogram, resolutionMs: number, onDelay: OnDelay) {
    this.#monitor = monitor;
    this.#resolutionMs = resolutionMs;
    this.#onDelay = onDelay;
  }

  /** Starts to sample; `undefined` where the platform has no monitor. */
  static start(resolutionMs: number, onDelay: OnDelay): DelayMonitor | undefined {
    const monitor = attempt(() => {
      const created = monitorEventLoopDelay({ resolution: resolutionMs });
      created.enable();
      return created;
    });
    return monitor && new DelayMonitor(monitor, resolutionMs, onDelay);
  }

  /** Hands on what was sampled since the last time. */
  drain(): void {
    const monitor = this.#monitor;
    if (monitor.count === 0) return;
    const nowMs = performance.now();
    let coveredMs = 0;
    forEachValue(monitor, (nanoseconds, times) => {
      const elapsedMs = nanoseconds / 1e6;
      coveredMs += elapsedMs * times;
      this.#onDelay(this.#delay(elapsedMs, this.#resolutionMs), times);
    });
    monitor.reset();
    // Of two samples no part is known: the one that the last drain cut off, and the one that this one does.
    this.#onDelay(this.#delay(nowMs - this.#drainedMs - coveredMs, 2 * this.#resolutionMs), 1);
    this.#drainedMs = nowMs;
  }

  stop(): void {
    this.#monitor.disable();
  }

  /** The loop rounds to whole milliseconds, so that a timer may come a little early. */
  #delay(elapsedMs: number, dueMs: number): number {
    return Math.max(0, elapsedMs - dueMs) / 1000;
  }
}
