/** Aborts its signal with another one, or when a time is over. */
export class LimitedTime {
  readonly signal: AbortSignal;
  readonly stop: () => void;
  isOver = false;

  constructor(signal: AbortSignal, ms: number) {
    this.signal = signal;
    this.stop = () => undefined;
    if (ms === Infinity) return;
    // Not AbortSignal.timeout(), whose timer nobody could stop, and AbortSignal.any() takes longer than some scrapes.
    const controller = new AbortController();
    const abort = () => controller.abort(signal.reason);
    const timer = setTimeout(() => {
      this.isOver = true;
      controller.abort();
    }, ms);
    this.signal = controller.signal;
    this.stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }
}
