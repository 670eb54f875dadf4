import { describeValue, type Gatherer, mergeGatherers, rangeError, typeError } from '@promwright/model';

/**
 * Reads an option that accepts one gatherer, such as a registry, or an array of gatherers, which are merged. Returns
 * `undefined` for an omitted option; call `defaultGatherer` when the gathering starts, not before.
 *
 * An array of one gatherer returns that gatherer unmerged: its failures then reach the caller, while `mergeGatherers`
 * would only count them.
 * @param option name of the option, for error messages; also used as the word for one element
 * @throws TypeError with code `INVALID_OPTION` for a value without a method `gather`, RangeError with the same code for
 *   an empty array
 */
export function readGathererOption(option: string, value: unknown): Gatherer | undefined {
  if (value === undefined) return undefined;
  const all = checkGatherers(option, value);
  return all.length === 1 ? all[0] : mergeGatherers(...all);
}

/**
 * Checks an option that accepts one gatherer or an array of gatherers, without merging them.
 * @returns all gatherers of the option
 * @throws like {@link readGathererOption}
 */
export function checkGatherers(option: string, value: unknown): readonly Gatherer[] {
  const all: readonly Gatherer[] = Array.isArray(value) ? value : [value];
  for (const each of all) {
    if (typeof each?.gather === 'function') continue;
    throw typeError('INVALID_OPTION', `Option "${option}" must have a method "gather"; got ${describeValue(each)}`);
  }
  if (all.length > 0) return all;
  throw rangeError('INVALID_OPTION', `Option "${option}" must hold at least one ${option}; got an array of 0`);
}
