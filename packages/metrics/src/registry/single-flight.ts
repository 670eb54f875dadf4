import { type CollectContext, PromwrightError } from '@promwright/model';
import { isThenable } from '../is-thenable.ts';

/**
 * One asynchronous call, shared by everybody who asks while it runs. It is aborted when the last of them gives up, and then
 * no longer shared.
 */
export class SharedRun<T> {
  #starting = false;
  #running: { readonly result: Promise<T>; readonly context: LazyContext; waiting: number } | undefined;

  /**
   * Starts the call, or joins the one that runs. A result that is no promise is returned as it is, without waiting.
   * @throws what the call throws; `COLLECTOR_CYCLE` if it asks for itself; `COLLECTOR_TIMEOUT` after `timeoutMs`; the reason of `signal` when that is aborted
   */
  join(
    start: (context: CollectContext) => T | PromiseLike<T>,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): T | Promise<T> {
    if (this.#running === undefined) {
      if (this.#starting) throw new PromwrightError('COLLECTOR_CYCLE', 'It gathers from the registry that it is in');
      const context = new LazyContext();
      this.#starting = true;
      let started: T | PromiseLike<T>;
      try {
        started = start(context);
      } finally {
        this.#starting = false;
      }
      if (!isThenable(started)) return started;
      const running = { result: Promise.resolve(started), context, waiting: 0 };
      this.#running = running;
      const forget = () => {
        if (this.#running === running) this.#running = undefined;
      };
      running.result.then(forget, forget);
    }
    return this.#wait(this.#running, timeoutMs, signal);
  }

  async #wait(
    running: { readonly result: Promise<T>; readonly context: LazyContext; waiting: number },
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    running.waiting++;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let onAbort: (() => void) | undefined;
    const givenUp = new Promise<never>((_, reject) => {
      if (timeoutMs !== Infinity) {
        timer = setTimeout(() => {
          reject(new PromwrightError('COLLECTOR_TIMEOUT', `It did not answer within ${timeoutMs} ms`));
        }, timeoutMs);
      }
      if (signal !== undefined) {
        onAbort = () => reject(signal.reason);
        signal.addEventListener('abort', onAbort, { once: true });
      }
    });
    try {
      return await Promise.race([running.result, givenUp]);
    } finally {
      clearTimeout(timer);
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort);
      if (--running.waiting === 0 && this.#running === running) {
        // Nobody waits any longer: what still runs is told so, and the next to ask starts afresh.
        this.#running = undefined;
        running.context.abort(new PromwrightError('ABORTED', 'Nobody waits for this collector any longer'));
      }
    }
  }
}

/** Makes its signal when it is first read: most collectors never look, and a controller costs more than a whole collection. */
class LazyContext implements CollectContext {
  #controller: AbortController | undefined;

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller?.abort(reason);
  }
}
