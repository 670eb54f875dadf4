/** How long to wait between attempts, as {@link backoffMs} takes it. */
export interface BackoffOptions {
  /** Bound of the first wait, in milliseconds. Default 500. */
  readonly initialMs?: number;
  /** What no wait is longer than, in milliseconds. Default 30 seconds. */
  readonly maxMs?: number;
}

/**
 * How long to wait after so many failures in a row (1 after the first), in milliseconds: anything from half of a bound to
 * all of it, where the bound doubles with each failure. The chance in it keeps many clients of a server that comes back from
 * all coming at once.
 */
export function backoffMs(failures: number, { initialMs = 500, maxMs = 30_000 }: BackoffOptions = {}): number {
  const bound = Math.min(maxMs, initialMs * 2 ** Math.max(0, failures - 1));
  return bound * (0.5 + Math.random() / 2);
}
