import { performance } from 'node:perf_hooks';

/** How long what was looked up is good for. */
const GOOD_FOR_MS = 60_000;

/** What hardly ever changes, such as a limit: looked up when it is first asked for, and again once a minute. */
export function lookedUpAgain<T>(lookUp: () => T): () => T {
  let found: { readonly value: T; readonly atMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (found === undefined || nowMs - found.atMs >= GOOD_FOR_MS) found = { value: lookUp(), atMs: nowMs };
    return found.value;
  };
}
