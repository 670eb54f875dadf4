import { AsyncResource } from 'node:async_hooks';
import { performance } from 'node:perf_hooks';
import { DelayMonitor, type OnDelay } from './delay-monitor.ts';
import { LoopTurnMonitor } from './loop-turn-monitor.ts';
import { UtilizationMeter } from './utilization.ts';

/** Default interval between samples, in milliseconds. */
const INTERVAL_MS = 25;
/** Utilization from which the event loop counts as busy: several times the cost of sampling by a timer. */
const BUSY_UTILIZATION = 0.02;
/** Minimum time between two checks of the utilization. */
const MIN_CHECK_INTERVAL_MS = 900;

/**
 * Samples the delay of due timers in the event loop. A busy loop is sampled by a timer. An idle loop is sampled by the
 * length of its few turns, because each tick of a timer would wake the process.
 */
export class DelaySampler {
  readonly #intervalMs: number;
  readonly #onDelay: OnDelay;
  /** Undefined if the loop is always sampled by a timer. */
  readonly #utilization: UtilizationMeter | undefined;
  /** Runs the endless sampling outside of the asynchronous context of a request, and so does not retain the request. */
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
   * Starts sampling; returns `undefined` if the platform cannot.
   * @param fixedMs interval of a permanent timer; by default 25 milliseconds, by a timer only while the loop is busy
   */
  static start(fixedMs: number | undefined, onDelay: OnDelay): DelaySampler | undefined {
    const intervalMs = fixedMs ?? INTERVAL_MS;
    // A starting program is busy.
    const monitor = DelayMonitor.start(intervalMs, onDelay);
    const utilization = fixedMs === undefined ? new UtilizationMeter() : undefined;
    return monitor && new DelaySampler(monitor, intervalMs, onDelay, utilization);
  }

  /** Reports the samples since the last call, and picks the kind of sampling by the utilization since. */
  drain(): void {
    this.#source.drain();
    const nowMs = performance.now();
    if (this.#utilization === undefined || nowMs - this.#checkedMs < MIN_CHECK_INTERVAL_MS) return;
    this.#checkedMs = nowMs;
    // Unknown utilization counts as busy.
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
