import { describeValue } from '@promwright/model';

/** Scheme, host, port and path, in characters that no credentials need: neither `@` nor escapes, and a port of digits. */
const HARMLESS = /^(?:[a-z][a-z0-9+.-]{0,20}:)?(?:\/{0,2})(?:[\w.-]+|\[[\da-f:.]+\])?(?::\d{1,5})?(?:\/[\w./-]*)?$/i;

/**
 * Describes a rejected URL or address for an error message. A string that may contain credentials, in any malformed form, is
 * described by its length alone.
 */
export function describeAddress(value: unknown): string {
  if (typeof value !== 'string' || value === '' || HARMLESS.test(value)) return describeValue(value);
  return `a string of ${value.length} characters`;
}
