import { describeValue, MAX_TIMER_MS, rangeError } from '@promwright/model';

/**
 * Checks the milliseconds of a timer, and returns them.
 * @throws RangeError with code `INVALID_OPTION`
 */
export function checkTime(option: string, ms: unknown, min: 0 | 1 = 1): number {
  if (typeof ms === 'number' && ms >= min && ms <= MAX_TIMER_MS) return ms;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must be from ${min} to ${MAX_TIMER_MS} milliseconds; got ${describeValue(ms)}`,
  );
}
