import { describeValue, rangeError } from '@promwright/model';

/** A timer of more would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws RangeError with code `INVALID_OPTION` unless it is a time that a timer can wait */
export function checkTime(option: string, ms: unknown, least: 0 | 1 = 1): number {
  if (typeof ms === 'number' && ms >= least && ms <= LONGEST_MS) return ms;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must be from ${least} to ${LONGEST_MS} milliseconds; got ${describeValue(ms)}`,
  );
}
