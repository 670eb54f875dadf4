/// <reference lib="esnext.disposable" preserve="true" />
// The bundler of the declarations keeps this reference only in a file without imports, so the timer has a file apart from the stopwatch.

/** Function that ends a measurement: records the seconds since the start, and returns them. */
export interface Timer<A extends readonly unknown[]> {
  (...args: A): number;
  /** Ends the measurement at the end of a `using` block, unless it was ended before. */
  [Symbol.dispose](): void;
}

/** Returns a timer that calls `end` when it is called or disposed. */
export function timerOf<A extends readonly unknown[]>(end: (...args: A | []) => number): Timer<A> {
  let ended = false;
  const timer = (...args: A): number => {
    ended = true;
    return end(...args);
  };
  const dispose = (): void => {
    if (!ended) end();
    ended = true;
  };
  // Older runtimes have no Symbol.dispose, and no `using` either.
  return Object.assign(timer, { [Symbol.dispose ?? Symbol.for('Symbol.dispose')]: dispose }) as Timer<A>;
}
