import { isThenable } from '@promwright/model';

/** Returns a function that returns the seconds since the start, by a clock that never goes back. */
export function startStopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

/**
 * Runs a function and calls `record` with the seconds it took: when `run` returned, when it threw, or, if it returned a
 * promise, when the promise settled. Passes the result or the error on.
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
