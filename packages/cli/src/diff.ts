import type { MetricFamily } from '@promwright/model';
import type { Command, CommandOutput } from './command.ts';
import { diffFamilies, type FamilyChange } from './diff-families.ts';
import { escapeControls, formatJson } from './format.ts';
import { readArguments } from './read-arguments.ts';
import { familyReader, SOURCE_HELP, SOURCE_OPTIONS } from './read-families.ts';
import { NO_STYLE, type Style } from './style.ts';

/** Options of {@link diff}. */
export interface DiffOptions {
  readonly json?: boolean;
  readonly style?: Style;
}

/** Prints the differences between two pages, one per line. Exit code 1 if there is a difference, else 0. */
export function diff(
  before: readonly MetricFamily[],
  after: readonly MetricFamily[],
  { json = false, style = NO_STYLE }: DiffOptions = {},
): CommandOutput {
  const found = diffFamilies(before, after);
  const { added, removed, changed } = found;
  const exitCode = added.length + removed.length + changed.length > 0 ? 1 : 0;
  if (json) return { stdout: formatJson(found), exitCode };
  const lines = [
    ...removed.map(({ name, type }) => style.red(`- ${escapeControls(name)} ${type}`)),
    ...added.map(({ name, type }) => style.green(`+ ${escapeControls(name)} ${type}`)),
    ...changed.flatMap((change) =>
      changeTexts(change).map((text) => style.yellow(`~ ${escapeControls(`${change.name} ${text}`)}`)),
    ),
  ];
  return { stdout: lines.map((line) => `${line}\n`).join(''), exitCode };
}

function changeTexts(change: FamilyChange): string[] {
  const texts: string[] = [];
  if (change.type) texts.push(`type: ${change.type.from} -> ${change.type.to}`);
  for (const key of ['help', 'unit'] as const) {
    const value = change[key];
    if (value) texts.push(`${key}: ${JSON.stringify(value.from)} -> ${JSON.stringify(value.to)}`);
  }
  for (const key of ['labels', 'buckets', 'quantiles', 'states'] as const) {
    const set = change[key];
    if (set) {
      texts.push(
        `${key}: ${[...set.removed.map((item) => `-${item}`), ...set.added.map((item) => `+${item}`)].join(' ')}`,
      );
    }
  }
  return texts;
}

/** Command `promwright diff`. */
export const diffCommand: Command = {
  name: 'diff',
  summary: 'print the metrics that differ between two pages, and their differences',
  // The code is 2 as for diff(1), so that 1 always means a difference.
  failureCode: 2,
  help: () => `Usage: promwright diff [options] <source> <source>

Reads two pages of metrics and prints which metrics were removed (-), added (+) or changed (~) from the first to the
second: type, help, unit, labels, buckets, quantiles, states. Values and the number of series are not compared.

  --json              prints {"added", "removed", "changed"}

${SOURCE_HELP}
Exit codes: 0 no difference, 1 a difference, 2 wrong arguments, or a page cannot be read or parsed
`,
  async run(args, { io, stdoutStyle }) {
    const { values, sources } = readArguments(
      args,
      { ...SOURCE_OPTIONS, json: { type: 'boolean' } },
      { min: 2, max: 2 },
    );
    const read = familyReader(values, io);
    const before = await read(sources[0]!);
    const after = await read(sources[1]!);
    return diff(before, after, { json: values.json ?? false, style: stdoutStyle });
  },
};
