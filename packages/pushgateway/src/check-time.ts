import { describeValue, MAX_TIMER_MS, rangeError } from '@promwright/model';

/** @throws RangeError with code `INVALID_OPTION` unless it is a time that a timer can wait */
export function checkTime(option: string, ms: unknown, least: 0 | 1 = 1): number {
  if (typeof ms === 'number' && ms >= least && ms <= MAX_TIMER_MS) return ms;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must be from ${least} to ${MAX_TIMER_MS} milliseconds; got ${describeValue(ms)}`,
  );
}
