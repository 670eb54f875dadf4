import { readFileSync } from 'node:fs';
import type { Instrumentation } from './instrumentation.ts';
import type { RecordRow } from './record-row.ts';

const COLUMNS: readonly [title: string, cell: (row: RecordRow) => string | number][] = [
  ['`/plain/:id`, 4 ids', ({ parameterSeries }) => parameterSeries],
  ['`/api/:ver/item/:iid`, 2 of each', ({ mountSeries }) => mountSeries],
  ['3 scanner paths', ({ scannerSeries }) => scannerSeries],
  ['HEAD', ({ head }) => head],
  ['MKCOL', ({ makeCollection }) => makeCollection],
  ['left before the headers', ({ leftBeforeHeaders }) => leftBeforeHeaders],
  ['left in the middle', ({ leftInTheMiddle }) => leftInTheMiddle],
  ['never answered', ({ neverAnswered }) => neverAnswered],
  ['scrapes', ({ recordsScrapes }) => (recordsScrapes ? 'recorded' : 'left out')],
  ['recorded', ({ recorded, sent }) => `${recorded} of ${sent}`],
];

/** Formats the table of records, with the installed versions. */
export function formatRows(rows: readonly (readonly [Instrumentation, RecordRow | Error])[]): string {
  const lines = rows.map(([instrumentation, row]) => [
    titleOf(instrumentation),
    ...(row instanceof Error ? [row.message] : COLUMNS.map(([, cell]) => String(cell(row)))),
  ]);
  const table = [['', ...COLUMNS.map(([title]) => title)], ['', ...COLUMNS].map(() => '---'), ...lines];
  return table.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function titleOf({ framework, library, options }: Instrumentation): string {
  const [name, host] = [library, framework].map((each) => `${each}${versionOf(each)}`);
  return `${name}${options === undefined ? '' : ` (${options})`} on ${host}`;
}

/** Returns the installed version of a package, with a leading space; empty for Promwright, which is not released here. */
function versionOf(name: string): string {
  if (name.startsWith('@promwright/')) return '';
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return ` ${(JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version}`;
}
