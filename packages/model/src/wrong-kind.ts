import { describeValue, typeError } from './promwright-error.ts';

/**
 * The error for an option whose value is of a kind that can never be right there.
 * @param kind what it must be, such as `a text`
 * @returns a TypeError with code `INVALID_OPTION`, to be thrown
 */
export function wrongKind(option: string, kind: string, value: unknown): ReturnType<typeof typeError> {
  return typeError('INVALID_OPTION', `Option "${option}" must be ${kind}; got ${describeValue(value)}`);
}
