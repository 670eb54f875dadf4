/// <reference lib="esnext.disposable" preserve="true" />

import { isThenable } from './is-thenable.ts';

/** Starts to measure; what it returns says how many seconds have passed, by a clock that never goes back. */
export function startStopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

/**
 * Runs a function and tells `record` the seconds it took: when it returned, when it threw, or, if it returned a promise,
 * when that was settled. What `run` returns or throws is passed on.
 */
export function timed<R>(run: () => R, record: (seconds: number) => void): R {
  const stopwatch = startStopwatch();
  let result: R;
  try {
    result = run();
  } catch (error) {
    record(stopwatch());
    throw error;
  }
  if (!isThenable(result)) {
    record(stopwatch());
    return result;
  }
  const settled = () => record(stopwatch());
  return result.then(
    (value) => {
      settled();
      return value;
    },
    (error) => {
      settled();
      throw error;
    },
  ) as R;
}

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
