import { vi } from 'vitest';

/** Repeats `check` until it no longer throws. The time limit is generous, for slow machines. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 });
}
