import { setImmediate } from 'node:timers';

/** Resolves in the next turn of the event loop. What a callback was called for counts as active until the callback is over. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
