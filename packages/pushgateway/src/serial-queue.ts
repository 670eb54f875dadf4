import { abortable } from '@promwright/exporter';

/** Queue that runs calls one at a time, in order. With two connections the server might accept the later push first. */
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
    // Later calls wait for the earlier calls too, in case this call is aborted before its turn.
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
