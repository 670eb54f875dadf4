import { typeError } from '@promwright/model';
import { changedOptions } from '../requests/differing-options.ts';

/**
 * Checks that a second call of an instrumentation has the options of the first call: only one of them could hold.
 * @throws TypeError with code `INVALID_OPTION`, naming the options that differ
 */
export function checkEqualOptions(owner: string, fact: string, options: object, before: object): void {
  const changed = changedOptions(options, before);
  if (changed.length === 0) return;
  const names = changed.map((name) => `"${name}"`).join(', ');
  throw typeError('INVALID_OPTION', `${fact} already, with other options; ${owner} got another value of ${names}`);
}
