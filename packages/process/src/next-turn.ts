import { setImmediate } from 'node:timers';

/**
 * Resolves in the next turn of the event loop (by `setImmediate`): the resource of a callback counts as active until
 * the callback has ended.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
