/**
 * Escapes control and invisible characters of a document's text, for output on one line. Otherwise the author of a document
 * could move the cursor of the terminal, change colours or forge lines.
 */
export function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the function escapes control characters.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escapeCharacter);
}

function escapeCharacter(char: string): string {
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (char === '\r') return '\\r';
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Compares strings by their UTF-16 units, independent of the locale. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Formats a value as indented JSON. Numbers without a JSON form become the strings `NaN`, `+Inf` and `-Inf`. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? replaceNumber(part) : part), 2)}\n`;
}

function replaceNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** Cell of a table: strings are aligned left, numbers right. */
export type Cell = string | number;

/** Formats rows in columns under a head. Every line ends with a line feed. */
export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[], styleHead = same): string {
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, String(row[column]).length), title.length),
  );
  const isNumber = (column: number) => rows.some((row) => typeof row[column] === 'number');
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, i) => (isNumber(i) ? String(cell).padStart(widths[i]!) : String(cell).padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [styleHead(line(head)), ...rows.map(line)].map((text) => `${text}\n`).join('');
}

function same(text: string): string {
  return text;
}
