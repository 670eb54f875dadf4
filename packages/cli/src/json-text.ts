/** A value as JSON for people and programs; numbers that JSON lacks are the texts `NaN`, `+Inf` and `-Inf`. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? jsonNumber(part) : part), 2)}\n`;
}

function jsonNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
