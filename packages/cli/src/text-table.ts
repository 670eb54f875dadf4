/** A cell: text stands to the left, numbers to the right. */
export type Cell = string | number;

/** Rows under a head, in columns; every line ends in a line feed. */
export function textTable(head: readonly string[], rows: readonly (readonly Cell[])[], paintHead = same): string {
  const widths = head.map((title, column) =>
    rows.reduce((width, row) => Math.max(width, String(row[column]).length), title.length),
  );
  const isNumber = (column: number) => rows.some((row) => typeof row[column] === 'number');
  const line = (cells: readonly Cell[]) =>
    cells
      .map((cell, i) => (isNumber(i) ? String(cell).padStart(widths[i]!) : String(cell).padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [paintHead(line(head)), ...rows.map(line)].map((text) => `${text}\n`).join('');
}

function same(text: string): string {
  return text;
}
