import { checkBoolean, checkMetricName, checkOptionNames, describeValue, typeError } from '@promwright/model';

/** Options of a recorded job. */
export interface JobOptions {
  /** Prefix of the names of the job's metrics, such as `nightly_backup`. */
  readonly name: string;
  /** Signal that aborts the push, but not the work. */
  readonly signal?: AbortSignal;
  /**
   * True to reject with the error of the push if the work succeeded but its metrics could not be pushed. An error of the work
   * always comes first. Default false: a failed push is reported to `onError`.
   */
  readonly failOnPushError?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({
  name: true,
  signal: true,
  failOnPushError: true,
} satisfies Record<keyof JobOptions, true>);

/**
 * Checks the arguments of `runJob`.
 * @throws TypeError or RangeError with code `INVALID_OPTION` or `INVALID_NAME`
 */
export function checkJobOptions(options: JobOptions, work: unknown): void {
  checkOptionNames('runJob', options, OPTION_NAMES);
  checkMetricName(options.name);
  if (options.failOnPushError !== undefined) checkBoolean('failOnPushError', options.failOnPushError);
  if (typeof work === 'function') return;
  throw typeError('INVALID_OPTION', `runJob takes a function as its work; got ${describeValue(work)}`);
}
