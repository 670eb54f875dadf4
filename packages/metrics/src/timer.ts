/// <reference lib="esnext.disposable" preserve="true" />

/** Ends a measurement: records the seconds that passed since it began, and returns them. */
export interface Timer<A extends readonly unknown[]> {
  (...args: A): number;
  /** Ends the measurement at the end of a `using` block, unless it was ended before. */
  [Symbol.dispose](): void;
}

/** Makes a timer of the function that ends it. */
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
  // Older runtimes have no such symbol, and then no `using` either.
  return Object.assign(timer, { [Symbol.dispose ?? Symbol.for('Symbol.dispose')]: dispose }) as Timer<A>;
}
