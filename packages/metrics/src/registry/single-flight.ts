import { type CollectContext, isThenable, MAX_TIMER_MS, PromwrightError } from '@promwright/model';

/** Limits of the time for which a caller waits. */
export interface WaitLimits {
  /** Time in milliseconds; `Infinity` sets no limit. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** True if the time limit keeps the process alive. */
  readonly keepAlive: boolean;
}

interface Run<T> {
  readonly result: Promise<T>;
  readonly context: LazyContext;
  /** Number of callers that wait for the result. */
  callers: number;
}

/**
 * Single flight: concurrent callers share one asynchronous run. The run is aborted when the last caller gives up; the next
 * caller then starts a new run.
 */
export class SingleFlight<T> {
  #starting = false;
  #running: Run<T> | undefined;

  /**
   * Starts a run, or joins the run in progress. A result that is no promise is returned unchanged, without waiting.
   * @throws the error of the run; `COLLECTOR_CYCLE` if the run asks for itself; `COLLECTOR_TIMEOUT` after `timeoutMs`; the reason of `signal` when that is aborted
   */
  join(start: (context: CollectContext) => T | PromiseLike<T>, limits: WaitLimits): T | Promise<T> {
    if (this.#running === undefined) {
      if (this.#starting) throw new PromwrightError('COLLECTOR_CYCLE', 'Collector gathers from its own registry');
      const context = new LazyContext();
      this.#starting = true;
      let started: T | PromiseLike<T>;
      try {
        started = start(context);
      } finally {
        this.#starting = false;
      }
      if (!isThenable(started)) return started;
      const run: Run<T> = { result: Promise.resolve(started), context, callers: 0 };
      this.#running = run;
      const forget = () => {
        if (this.#running === run) this.#running = undefined;
      };
      run.result.then(forget, forget);
    }
    return this.#wait(this.#running, limits);
  }

  async #wait(run: Run<T>, { timeoutMs, signal, keepAlive }: WaitLimits): Promise<T> {
    run.callers++;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let onAbort: (() => void) | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      if (timeoutMs !== Infinity) {
        timer = setTimeout(
          () => reject(new PromwrightError('COLLECTOR_TIMEOUT', `Collector timed out after ${timeoutMs} ms`)),
          Math.min(timeoutMs, MAX_TIMER_MS),
        );
        // Timers are numbers in browsers, and objects in Node, Bun and Deno.
        if (!keepAlive) (timer as { unref?(): void }).unref?.();
      }
      if (signal === undefined) return;
      onAbort = () => reject(signal.reason);
      // Collectors run between the check of the signal and here, and an aborted signal sends no event.
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort, { once: true });
    });
    try {
      return await Promise.race([run.result, givenUp]);
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
      if (--run.callers === 0 && this.#running === run) {
        this.#running = undefined;
        run.context.abort(new PromwrightError('ABORTED', 'All callers of this collector have given up'));
      }
    }
  }
}

/**
 * Context that creates its signal when it is first read: most collectors never read it, and a controller costs more than a
 * whole collection.
 */
export class LazyContext implements CollectContext {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    return this.#created().signal;
  }

  abort(reason: unknown): void {
    // Also if nobody has read the signal: a collector may read it for the first time after the abort.
    this.#created().abort(reason);
  }

  #created(): AbortController {
    this.#controller ??= new AbortController();
    return this.#controller;
  }
}
