/**
 * Returns the number after a key in a flat-keyed kernel file (one key and one number per line); `undefined` if the key
 * is missing.
 */
export function flatKeyedInteger(text: string | undefined, key: string): number | undefined {
  const lines = `\n${text}`;
  const line = `\n${key} `;
  const start = lines.indexOf(line);
  if (start < 0) return undefined;
  const end = lines.indexOf('\n', start + line.length);
  return parseInteger(lines.slice(start + line.length, end < 0 ? lines.length : end));
}

/** Parses an integer; `undefined` for `max` (no limit) and any other string. */
export function parseInteger(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** Divides by `unit`; passes `undefined` through. */
export function divide(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value / unit;
}

/** Returns the smallest number and skips `undefined`; `undefined` if there is no number. */
export function min(...values: readonly (number | undefined)[]): number | undefined {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.min(...present);
}
