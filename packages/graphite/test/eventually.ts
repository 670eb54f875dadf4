import { vi } from 'vitest';

/** Repeats `check` until it succeeds, and returns its result. Gives up after 15 s, longer than the slowest machine takes. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 });
}
