import { isThenable } from '@promwright/model';

/**
 * Runs a function and calls `count` if it throws, or if the promise that it returns rejects. Passes the result or the error on.
 */
export function countExceptions<R>(run: () => R, count: (error: unknown) => void): R {
  const counted = (error: unknown): never => {
    count(error);
    throw error;
  };
  let result: R;
  try {
    result = run();
  } catch (error) {
    return counted(error);
  }
  return isThenable(result) ? (result.then(undefined, counted) as R) : result;
}
