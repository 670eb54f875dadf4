import { describeValue, typeError } from './errors.ts';
import { nearestName } from './nearest-name.ts';

/**
 * Checks that an object of options has no unknown option: a misspelt `auth` must not open the door.
 * @param owner function, class or option that takes the options, for the error message, such as `Counter` or `scrape`
 * @param known names of all options
 * @param counterparts for names of other libraries, the advice for the error message, such as `use "registry"`
 * @throws TypeError with code `INVALID_OPTION` for an unknown option, naming the nearest known one, or if `options` is
 *   not an object
 */
export function checkOptionNames(
  owner: string,
  options: unknown,
  known: readonly string[],
  counterparts: Readonly<Record<string, string>> = {},
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw typeError('INVALID_OPTION', `${owner} takes an object of options; got ${describeValue(options)}`);
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw typeError('INVALID_OPTION', `${owner} has no option "${name}"${advice(name, known, counterparts)}`);
  }
}

function advice(name: string, known: readonly string[], counterparts: Readonly<Record<string, string>>): string {
  if (Object.hasOwn(counterparts, name)) return `; ${counterparts[name]}`;
  const nearest = nearestName(name, known);
  return nearest === undefined ? `; its options are ${known.join(', ')}` : `; did you mean "${nearest}"?`;
}
