import { describeValue, optionTypeError, rangeError } from './errors.ts';

/** The longest time that a timer waits, in milliseconds, some 25 days: one of more would fire at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/**
 * Checks an option that is either true or false, and gives it back.
 * @throws TypeError with code `INVALID_OPTION` for anything else, left out or not
 */
export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw optionTypeError(option, 'true or false', value);
}

/**
 * Checks an option that is an integer within bounds, both of which are allowed, and gives it back.
 * @throws RangeError with code `INVALID_OPTION` for anything else, left out or not
 */
export function checkInteger(option: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must be an integer from ${least} to ${most}; got ${describeValue(value)}`,
  );
}

/**
 * Checks an option that is one of a few strings, and returns it.
 * @throws TypeError with code `INVALID_OPTION` for anything else, `undefined` included
 */
export function checkOneOf<T extends string>(option: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw optionTypeError(option, choices.map((choice) => `"${choice}"`).join(' or '), value);
}
