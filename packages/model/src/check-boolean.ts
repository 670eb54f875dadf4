import { wrongKind } from './wrong-kind.ts';

/**
 * Checks an option that is either true or false, and gives it back.
 * @throws TypeError with code `INVALID_OPTION` for anything else, left out or not
 */
export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw wrongKind(option, 'true or false', value);
}
