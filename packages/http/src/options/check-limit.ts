import { describeValue, rangeError } from '@promwright/model';

/**
 * Checks an optional limit: an integer from 1 on, or `Infinity`.
 * @throws RangeError with code `INVALID_OPTION`
 */
export function checkLimit(option: string, limit: unknown): void {
  if (limit === undefined || limit === Infinity || (Number.isInteger(limit) && (limit as number) >= 1)) return;
  const found = describeValue(limit);
  throw rangeError('INVALID_OPTION', `Option "${option}" must be an integer from 1 on, or Infinity; got ${found}`);
}
