/** Options of {@link backoffMs}. */
export interface BackoffOptions {
  /** Longest delay after the first failure, in milliseconds. Default 500. */
  readonly initialMs?: number;
  /** Longest delay after any failure, in milliseconds. Default 30 seconds. */
  readonly maxMs?: number;
}

/**
 * Returns the delay before the next attempt, in milliseconds: a random time from half of a bound to the whole bound,
 * which doubles with each failure. The randomness prevents many clients from reconnecting at the same moment when a
 * server comes back.
 * @param failures number of consecutive failures, 1 after the first
 */
export function backoffMs(failures: number, { initialMs = 500, maxMs = 30_000 }: BackoffOptions = {}): number {
  const bound = Math.min(maxMs, initialMs * 2 ** Math.max(0, failures - 1));
  return bound * (0.5 + Math.random() / 2);
}
