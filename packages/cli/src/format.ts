/**
 * Text of a document as it may be shown to people: on one line, with nothing unseen in it, and unable to move the cursor or
 * change colours, which whoever serves the document could otherwise do to the terminal.
 */
export function escapeControls(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it is about.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escapeCharacter);
}

function escapeCharacter(char: string): string {
  if (char === '\n') return '\\n';
  if (char === '\t') return '\\t';
  if (char === '\r') return '\\r';
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Order of texts by their characters, the same in every language. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A value as JSON for people and programs; numbers that JSON lacks are the texts `NaN`, `+Inf` and `-Inf`. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, (_key, part: unknown) => (typeof part === 'number' ? jsonNumber(part) : part), 2)}\n`;
}

function jsonNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** A cell: text stands to the left, numbers to the right. */
export type Cell = string | number;

/** Rows under a head, in columns; every line ends in a line feed. */
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
