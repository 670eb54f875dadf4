import { isThenable } from './is-thenable.ts';

/**
 * Passes an error to a callback of the program, such as `onError`. Never throws: an exception of the callback, or the rejection
 * of a promise that an asynchronous callback returns, has no further receiver and must not end the program.
 */
export function notify<E>(receive: ((error: E) => unknown) | undefined, error: E): void {
  try {
    const result = receive?.(error);
    if (isThenable(result)) result.then(undefined, () => undefined);
  } catch {
    // No further receiver.
  }
}
