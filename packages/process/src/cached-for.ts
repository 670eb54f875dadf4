import { performance } from 'node:perf_hooks';

/** Milliseconds for which a limit (of memory, open files, ...) is reused before it is read again. */
export const LIMIT_MAX_AGE_MS = 60_000;

/**
 * Returns a function that calls `lookUp` on the first call and reuses the result for `maxAgeMs` milliseconds. Meant for
 * values that rarely change, such as limits.
 */
export function cachedFor<T>(maxAgeMs: number, lookUp: () => T): () => T {
  let cached: { readonly value: T; readonly atMs: number } | undefined;
  return () => {
    const nowMs = performance.now();
    if (cached === undefined || nowMs - cached.atMs >= maxAgeMs) cached = { value: lookUp(), atMs: nowMs };
    return cached.value;
  };
}
