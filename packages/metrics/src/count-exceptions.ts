import { isThenable } from '@promwright/model';

/**
 * Runs a function and calls `count` if it throws, or if the promise that it returns rejects, with an error of the class (any
 * error without a class). Passes the result or the error on.
 */
export function countExceptions<R>(
  run: () => R,
  errorClass: (abstract new (...args: never[]) => unknown) | undefined,
  count: () => void,
): R {
  const counted = (error: unknown): never => {
    if (errorClass === undefined || error instanceof errorClass) count();
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
