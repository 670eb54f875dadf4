/** Returns the shortest decimal that parses to the same number: JavaScript's own format, except for the infinities. */
export function formatNumber(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return `${value}`;
}

/** Returns all digits of an integer, without an exponent. */
export function formatInteger(value: number): string {
  return Number.isSafeInteger(value) ? `${value}` : `${BigInt(value)}`;
}

/**
 * Returns a time in seconds with a space in front, as OpenMetrics has timestamps; empty for an infinite time or NaN.
 */
export function formatSeconds(ms: number): string {
  return Math.abs(ms) < Infinity ? ` ${ms / 1000}` : '';
}
