import { checkMetricName, describeValue, typeError } from '@promwright/model';

/** Options of a recorded job. */
export interface JobOptions {
  /** Prefix of the names of the job's metrics, such as `nightly_backup`. */
  readonly name: string;
  /** Signal that aborts the push, but not the work. */
  readonly signal?: AbortSignal;
}

/**
 * Checks the arguments of `runJob`.
 * @throws TypeError or RangeError with code `INVALID_OPTION` or `INVALID_NAME`
 */
export function checkJobOptions(options: JobOptions, work: unknown): void {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `runJob takes an object of options; got ${describeValue(options)}`);
  }
  checkMetricName(options.name);
  if (typeof work === 'function') return;
  throw typeError('INVALID_OPTION', `runJob takes a function as its work; got ${describeValue(work)}`);
}
