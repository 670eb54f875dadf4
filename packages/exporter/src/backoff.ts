import { checkOptionNames } from '@promwright/model';

/** Options of {@link backoffMs}. */
export interface BackoffOptions {
  /** Longest delay after the first failure, in milliseconds. Default 500. */
  readonly initialMs?: number;
  /** Longest delay after any failure, in milliseconds. Default 30 seconds. */
  readonly maxMs?: number;
}

const OPTION_NAMES: readonly string[] = Object.keys({ initialMs: true, maxMs: true } satisfies Record<
  keyof BackoffOptions,
  true
>);

/**
 * Returns the delay before the next attempt, in milliseconds: a random time from half of a bound to the whole bound,
 * which doubles with each failure. The randomness prevents many clients from reconnecting at the same moment when a
 * server comes back.
 * @param failures number of consecutive failures, 1 after the first
 */
export function backoffMs(failures: number, options: BackoffOptions = {}): number {
  checkOptionNames('backoffMs', options, OPTION_NAMES);
  const { initialMs = 500, maxMs = 30_000 } = options;
  const bound = Math.min(maxMs, initialMs * 2 ** Math.max(0, failures - 1));
  return bound * (0.5 + Math.random() / 2);
}
