/** Abort signal that aborts with `outer`, or after `ms` milliseconds. */
export class Deadline {
  readonly signal: AbortSignal;
  /** True once the time is over. */
  isOver = false;
  readonly #outer: AbortSignal;
  readonly #abort: (() => void) | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal, ms: number) {
    this.#outer = outer;
    this.signal = outer;
    if (ms === Infinity) return;
    // The timer of AbortSignal.timeout() cannot be stopped, and AbortSignal.any() takes longer than some scrapes.
    const controller = new AbortController();
    const abort = () => controller.abort(outer.reason);
    this.signal = controller.signal;
    this.#abort = abort;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      controller.abort();
    }, ms);
    // Only timers of Node have `unref`. A scrape must not keep the process alive.
    (this.#timer as { unref?(): void }).unref?.();
    if (outer.aborted) abort();
    else outer.addEventListener('abort', abort, { once: true });
  }

  /** Stops the timer and ignores `outer` from now on. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#abort !== undefined) this.#outer.removeEventListener('abort', this.#abort);
  }
}
