import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { attempt } from './attempt.ts';
import { forEachValue } from './for-each-value.ts';

/** Told of delays of so many seconds, and how many of them there were. */
export type OnDelay = (seconds: number, times: number) => void;

/**
 * Samples how late the event loop comes to a timer, by Node's own monitor, which runs no JavaScript to do so.
 *
 * The monitor can tell its samples only all at once, sorted, so it is emptied whenever they are wanted. The sample that is
 * under way at that moment is lost to it, and a stall may be just what begins then: a timer of ours takes its place.
 */
export class DelayMonitor {
  readonly #monitor: IntervalHistogram;
  readonly #resolutionMs: number;
  readonly #onDelay: OnDelay;
  #substitute: NodeJS.Timeout | undefined;

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
    // What the monitor has now, if the substitute is still to come, will be there the next time.
    if (this.#substitute !== undefined || monitor.count === 0) return;
    forEachValue(monitor, (nanoseconds, times) => this.#onDelay(this.#delay(nanoseconds / 1e6), times));
    monitor.reset();
    const startMs = performance.now();
    this.#substitute = setTimeout(() => {
      this.#substitute = undefined;
      this.#onDelay(this.#delay(performance.now() - startMs), 1);
    }, this.#resolutionMs).unref();
  }

  stop(): void {
    this.#monitor.disable();
    clearTimeout(this.#substitute);
  }

  /** The loop rounds to whole milliseconds, so that a timer may come a little early. */
  #delay(elapsedMs: number): number {
    return Math.max(0, elapsedMs - this.#resolutionMs) / 1000;
  }
}
