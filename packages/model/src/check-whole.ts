import { describeValue, rangeError } from './promwright-error.ts';

/**
 * Checks an option that is a whole number within bounds, both of which are allowed, and gives it back.
 * @throws RangeError with code `INVALID_OPTION` for anything else, left out or not
 */
export function checkWhole(option: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must be a whole number from ${least} to ${most}; got ${describeValue(value)}`,
  );
}
