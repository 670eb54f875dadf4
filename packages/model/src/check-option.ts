import { describeValue, optionTypeError, rangeError } from './errors.ts';

/** Longest delay of a timer, in milliseconds: some 25 days. A timer with a longer delay fires at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/**
 * Checks that an option is a boolean, and returns its value.
 * @param option name of the option, for the error message
 * @throws TypeError with code `INVALID_OPTION` for any other value, including `undefined`
 */
export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw optionTypeError(option, 'true or false', value);
}

/**
 * Checks that an option is an integer from `min` to `max`, both included, and returns its value.
 * @param option name of the option, for the error message
 * @throws RangeError with code `INVALID_OPTION` for any other value, including `undefined`
 */
export function checkInteger(option: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" must be an integer from ${min} to ${max}; got ${describeValue(value)}`,
  );
}

/**
 * Checks that an option is one of several strings, and returns its value.
 * @param option name of the option, for the error message
 * @throws TypeError with code `INVALID_OPTION` for any other value, including `undefined`
 */
export function checkOneOf<T extends string>(option: string, value: unknown, choices: readonly T[]): T {
  if (choices.includes(value as T)) return value as T;
  throw optionTypeError(option, choices.map((choice) => `"${choice}"`).join(' or '), value);
}
