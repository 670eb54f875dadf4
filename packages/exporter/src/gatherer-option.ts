import { describeValue, type Gatherer, mergeGatherers, rangeError, typeError } from '@promwright/model';

/**
 * What an option gives that takes a gatherer, such as a registry, or several as one. Nothing where it was left out, for
 * {@link defaultGatherer} is best asked when it is time to gather.
 *
 * One alone in an array is given as it is: a failure to gather then reaches the caller, where {@link mergeGatherers} would count it.
 * @param option its name, for messages; also what it calls one of several
 * @throws TypeError with code `INVALID_OPTION` for anything that cannot gather, RangeError with that code for an empty array
 */
export function readGathererOption(option: string, value: unknown): Gatherer | undefined {
  if (value === undefined) return undefined;
  const all = checkGatherers(option, value);
  return all.length === 1 ? all[0] : mergeGatherers(...all);
}

/**
 * Checks such an option without making one of several.
 * @returns all that it holds
 * @throws as {@link readGathererOption}
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
