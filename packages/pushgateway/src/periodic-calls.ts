import { type Repetition, repeat } from '@promwright/exporter';
import { PromwrightError } from '@promwright/model';

/** Functions of {@link PeriodicCalls}. */
export interface PeriodicCallsOptions {
  readonly intervalMs: number;
  /** Called at every interval. */
  readonly call: (signal: AbortSignal) => Promise<void>;
  /** Called once by `stop`. */
  readonly last: (signal: AbortSignal) => Promise<void>;
}

/** Periodic calls that never overlap, and one last call within a time limit. */
export class PeriodicCalls {
  readonly #options: PeriodicCallsOptions;
  readonly #repetition: Repetition;
  /** Controller that aborts the current call. */
  readonly #current = new AbortController();
  #stopped: Promise<void> | undefined;
  #isCancelled = false;

  constructor(options: PeriodicCallsOptions) {
    this.#options = options;
    this.#repetition = repeat(options.intervalMs, () => options.call(this.#current.signal));
  }

  /**
   * Waits for the current call, at most half of `timeoutMs`, so that the server cannot accept the current call after
   * the last one. Then makes the last call. Repeated calls of `stop` return the same promise.
   */
  stop(timeoutMs: number): Promise<void> {
    this.#stopped ??= this.#stop(timeoutMs);
    return this.#stopped;
  }

  /** Aborts the current call and makes no further call, not even the last one. */
  cancel(reason: unknown): void {
    this.#stopped ??= Promise.resolve();
    this.#isCancelled = true;
    this.#current.abort(reason);
    void this.#repetition.stop();
  }

  async #stop(timeoutMs: number): Promise<void> {
    const ending = new AbortController();
    const late = (push: string, ms: number) =>
      new PromwrightError('PUSH_FAILED', `The ${push} push did not end within ${ms} ms of the stop`);
    const timers = [
      setTimeout(() => this.#current.abort(late('current', timeoutMs / 2)), timeoutMs / 2),
      setTimeout(() => ending.abort(late('last', timeoutMs)), timeoutMs),
    ];
    try {
      await this.#repetition.stop();
      if (!this.#isCancelled) await this.#options.last(ending.signal);
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  }
}
