import { abortable } from '@promwright/exporter';

/**
 * Queue that runs calls one at a time, in order. Two calls at once would use two connections, and the server might
 * accept the later push first.
 */
export class SerialQueue {
  #last: Promise<void> = Promise.resolve();
  #size = 0;

  /** True if no call is waiting or running. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Runs `task` after all earlier calls. Rejects with the signal's reason as soon as the signal aborts. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last;
    let done = () => {};
    const ended = new Promise<void>((resolve) => {
      done = resolve;
    });
    // Later calls wait for this call and for all calls before it, because this call may be aborted before its turn.
    this.#last = before.then(() => ended);
    this.#size++;
    try {
      await abortable(before, signal);
      return await task();
    } finally {
      this.#size--;
      done();
    }
  }
}
