/** A number of a file of the kernel whose lines are a key and a number; `undefined` if the key is not there. */
export function flatKeyedInteger(text: string | undefined, key: string): number | undefined {
  const lines = `\n${text}`;
  const line = `\n${key} `;
  const start = lines.indexOf(line);
  if (start < 0) return undefined;
  const end = lines.indexOf('\n', start + line.length);
  return parseInteger(lines.slice(start + line.length, end < 0 ? lines.length : end));
}

/** The number that a text is; `undefined` for `max`, which means no limit, and for anything else. */
export function parseInteger(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

/** A number divided by how many of it are one, if it is there. */
export function divide(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value / unit;
}

/** The least of the numbers that are there. */
export function min(...values: readonly (number | undefined)[]): number | undefined {
  const there = values.filter((value) => value !== undefined);
  return there.length === 0 ? undefined : Math.min(...there);
}
