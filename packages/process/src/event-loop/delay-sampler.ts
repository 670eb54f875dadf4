import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { DelayMonitor, type OnDelay } from './delay-monitor.ts';
import { LoopTurnMonitor } from './loop-turn-monitor.ts';
import { UtilizationMeter } from './utilization.ts';

/** How often the loop is sampled where nothing else is said, in milliseconds. */
const INTERVAL_MS = 25;
/** The part of the time from which on the event loop is busy: some times what sampling it takes by itself. */
const BUSY_UTILIZATION = 0.02;
/** How long it is at least from one look at how busy the loop is to the next. */
const MIN_CHECK_INTERVAL_MS = 900;

/**
 * Samples how late the event loop comes to what is due: by a timer while it is busy, and while it is idle, when each sample
 * would wake the process for itself alone, by how long its few turns hold it.
 */
export class DelaySampler {
  readonly #intervalMs: number;
  readonly #onDelay: OnDelay;
  /** Absent where the loop is sampled by a timer whatever it does. */
  readonly #utilization: UtilizationMeter | undefined;
  /** Keeps what goes on without end out of the asynchronous context of a request, and that from being kept. */
  readonly #context = new AsyncResource('promwright.DelaySampler');
  #source: DelayMonitor | LoopTurnMonitor;
  #checkedMs = performance.now();

  private constructor(
    source: DelayMonitor,
    intervalMs: number,
    onDelay: OnDelay,
    utilization: UtilizationMeter | undefined,
  ) {
    this.#source = source;
    this.#intervalMs = intervalMs;
    this.#onDelay = onDelay;
    this.#utilization = utilization;
  }

  /**
   * Starts to sample; `undefined` where the platform cannot.
   * @param fixedMs how often, by a timer in any case; by default every 25 milliseconds
   */
  static start(fixedMs: number | undefined, onDelay: OnDelay): DelaySampler | undefined {
    const intervalMs = fixedMs ?? INTERVAL_MS;
    // What starts is busy.
    const monitor = DelayMonitor.start(intervalMs, onDelay);
    const utilization = fixedMs === undefined ? new UtilizationMeter() : undefined;
    return monitor && new DelaySampler(monitor, intervalMs, onDelay, utilization);
  }

  /** Hands on what was sampled since the last time, and goes on as it suits what the loop did since. */
  drain(): void {
    this.#source.drain();
    const nowMs = performance.now();
    if (this.#utilization === undefined || nowMs - this.#checkedMs < MIN_CHECK_INTERVAL_MS) return;
    this.#checkedMs = nowMs;
    // Where nobody knows, it may be.
    const isBusy = (this.#utilization.next() ?? 1) >= BUSY_UTILIZATION;
    if (isBusy === this.#source instanceof DelayMonitor) return;
    const other = isBusy ? DelayMonitor : LoopTurnMonitor;
    const next = this.#context.runInAsyncScope(() => other.start(this.#intervalMs, this.#onDelay));
    if (next === undefined) return;
    this.#source.stop();
    this.#source = next;
  }

  stop(): void {
    this.#source.stop();
  }
}
