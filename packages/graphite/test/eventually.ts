import { vi } from 'vitest';

/** Until a promise is fulfilled in which `check` does not throw; for longer than the slowest machine takes. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 });
}
