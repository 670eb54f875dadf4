import { controlOf, type RowResult } from './results.ts';

/** Formats a row as a table: one line per contestant, then the targets. */
export function formatResult(result: RowResult): string {
  const lines = result.contestants.map(({ name, values, ratio }, i) => [
    name,
    number(values.median),
    number(values.least),
    ...(i === 0
      ? ['', '', '']
      : [times(ratio.median), `${times(ratio.lowerQuartile)} .. ${times(ratio.upperQuartile)}`, times(ratio.least)]),
  ]);
  const table = [['', `${result.unit}, median`, 'least', 'ratio to ours', 'quartiles', 'least'], ...lines];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((line) => line[column]!.length)));
  return [
    result.title,
    ...table.map((line) => {
      const cells = line.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
      );
      return `  ${cells.join('  ')}`.trimEnd();
    }),
    ...result.targets.map(
      ({ text, reached, value, unit }) =>
        `  target ${text}: ${reached ? 'reached' : 'NOT reached'}, ${number(value)}${unit}`,
    ),
    '',
  ].join('\n');
}

/** Returns one line about all rows. */
export function formatSummary(results: readonly RowResult[]): string {
  const targets = results.flatMap((result) => result.targets);
  const missed = targets.filter(({ reached }) => !reached);
  const controls = results.flatMap((result) => controlOf(result) ?? []);
  const from = Math.min(...controls.map(({ lowerQuartile }) => lowerQuartile));
  const to = Math.max(...controls.map(({ upperQuartile }) => upperQuartile));
  const rows = results.length === 1 ? '1 row' : `${results.length} rows`;
  return `${targets.length - missed.length} of ${targets.length} targets reached in ${rows}; ours against itself ${times(from)} .. ${times(to)} at the widest`;
}

function times(ratio: number): string {
  return `${number(ratio)}x`;
}

/** Formats a number with three digits: the measurements are not more precise. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 0.01))));
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
