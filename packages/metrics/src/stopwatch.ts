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
