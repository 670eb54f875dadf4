/** Aborts its signal with another one, or when a time is over. */
export class Deadline {
  readonly signal: AbortSignal;
  isOver = false;
  readonly #outer: AbortSignal;
  readonly #abort: (() => void) | undefined;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal, ms: number) {
    this.#outer = outer;
    this.signal = outer;
    if (ms === Infinity) return;
    // Not AbortSignal.timeout(), whose timer nobody could stop, and AbortSignal.any() takes longer than some scrapes.
    const controller = new AbortController();
    const abort = () => controller.abort(outer.reason);
    this.signal = controller.signal;
    this.#abort = abort;
    this.#timer = setTimeout(() => {
      this.isOver = true;
      controller.abort();
    }, ms);
    if (outer.aborted) abort();
    else outer.addEventListener('abort', abort, { once: true });
  }

  /** Aborts nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
    if (this.#abort !== undefined) this.#outer.removeEventListener('abort', this.#abort);
  }
}
