import { type Repetition, repeat } from '@promwright/exporter';
import { PromwrightError } from '@promwright/model';

/** What is called periodically, and at the end. */
export interface PeriodicCallsOptions {
  readonly intervalMs: number;
  readonly call: (signal: AbortSignal) => Promise<void>;
  readonly last: (signal: AbortSignal) => Promise<void>;
}

/** Calls that never overlap, and one last call within a time. */
export class PeriodicCalls {
  readonly #options: PeriodicCallsOptions;
  readonly #repetition: Repetition;
  /** Ends the call that is going on. */
  readonly #current = new AbortController();
  #stopped: Promise<void> | undefined;
  #isCancelled = false;

  constructor(options: PeriodicCallsOptions) {
    this.#options = options;
    this.#repetition = repeat(options.intervalMs, () => options.call(this.#current.signal));
  }

  /**
   * Waits for a call that is going on, for half of the time at most, so that it cannot be taken after the last one; then makes
   * the last call. Calls that come while it stops get the same promise.
   */
  stop(timeoutMs: number): Promise<void> {
    this.#stopped ??= this.#stop(timeoutMs);
    return this.#stopped;
  }

  /** Makes no other call, and not the last one either. */
  cancel(reason: unknown): void {
    this.#stopped ??= Promise.resolve();
    this.#isCancelled = true;
    this.#current.abort(reason);
    void this.#repetition.stop();
  }

  async #stop(timeoutMs: number): Promise<void> {
    const ending = new AbortController();
    const late = (what: string, ms: number) =>
      new PromwrightError('PUSH_FAILED', `The ${what} push did not come to its end within ${ms} ms of the stop`);
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
