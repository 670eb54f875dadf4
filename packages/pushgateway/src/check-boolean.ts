import { describeValue, typeError } from '@promwright/model';

/** @throws TypeError with code `INVALID_OPTION` */
export function checkBoolean(option: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw typeError('INVALID_OPTION', `Option "${option}" must be true or false; got ${describeValue(value)}`);
}
