import { describeValue, rangeError, typeError } from '@promwright/model';

/**
 * Checks a path: a string that begins with a slash and has no query, fragment or white space.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkPath(option: string, path: unknown): void {
  const found = describeValue(path);
  if (typeof path !== 'string') {
    throw typeError('INVALID_OPTION', `Option "${option}" must be a path or false; got ${found}`);
  }
  if (/^\/[^?#\s]*$/.test(path)) return;
  throw rangeError('INVALID_OPTION', `Option "${option}" must begin with "/" and hold no query; got ${found}`);
}
