import { abortable } from '@promwright/exporter';

/**
 * Calls one after the other, in the order in which they came: of two pushes on two connections, the server might take the
 * later one first.
 */
export class SerialQueue {
  #last: Promise<void> = Promise.resolve();
  #size = 0;

  /** Whether no call is waiting or going on. */
  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Calls `task` when all before it are done. Rejects with the signal's reason as soon as that is aborted. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const before = this.#last;
    let done = () => {};
    const ended = new Promise<void>((resolve) => {
      done = resolve;
    });
    // Who comes next waits for those before this call too, should this one leave early.
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
