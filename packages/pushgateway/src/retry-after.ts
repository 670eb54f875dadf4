/**
 * Reads the header `Retry-After`: seconds, or a date (RFC 9110, section 10.2.3).
 * @param date header `Date` of the response. A date is compared with it, because the clock of this machine may differ
 * @returns milliseconds, or undefined for an absent or malformed header
 */
export function retryAfterMs(header: string | undefined, date: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return 1000 * Number(header);
  // Other strings that `Date.parse` reads, such as "-5" or "1.5", are no dates of HTTP.
  const at = /^\s*[A-Z][a-z]+, /.test(header) ? Date.parse(header) : NaN;
  if (Number.isNaN(at)) return undefined;
  const serverNow = Date.parse(date ?? '');
  return Math.max(0, at - (Number.isNaN(serverNow) ? Date.now() : serverNow));
}
