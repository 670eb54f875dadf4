/** Limit of times in milliseconds, of either sign: formats and servers hold them as integers of 64 bits. */
const LIMIT_MS = 2 ** 63;

/** Returns true for a time in milliseconds that formats can express: finite, and below the limit. */
export function isTime(ms: number): boolean {
  return ms > -LIMIT_MS && ms < LIMIT_MS;
}
