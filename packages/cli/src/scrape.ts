import { formatOpenMetrics, formatProtobuf, formatText } from '@promwright/exposition';
import type { MetricFamily } from '@promwright/model';
import type { Command, CommandOutput } from './command.ts';
import { FORMAT_NAMES, type FormatName } from './document-formats.ts';
import { formatJson } from './format.ts';
import { choiceOption, patternOption } from './option-values.ts';
import { readArguments } from './read-arguments.ts';
import { familyReader, SOURCE_HELP, SOURCE_OPTIONS } from './read-families.ts';

/** What to print, and in which format. */
export interface ScrapeOptions {
  /** Default `text`. */
  readonly format?: FormatName;
  readonly json?: boolean;
  /** Only metrics of these names, */
  readonly names?: readonly string[];
  /** or whose name has a match of one of these. All metrics where there are neither names nor patterns. */
  readonly patterns?: readonly RegExp[];
}

/** The chosen metrics in a format; exit code 3 if metrics were chosen and none is there. */
export function scrape(families: readonly MetricFamily[], options: ScrapeOptions = {}): CommandOutput {
  const { format = 'text', json = false, names = [], patterns = [] } = options;
  const isFiltered = names.length + patterns.length > 0;
  const chosen = families.filter(
    ({ name }) => !isFiltered || names.includes(name) || patterns.some((regex) => regex.test(name)),
  );
  if (isFiltered && chosen.length === 0)
    return { stderr: 'promwright scrape: no metric has such a name\n', exitCode: 3 };
  return { stdout: json ? formatJson(chosen.map(familyJson)) : formatFamilies(chosen, format), exitCode: 0 };
}

function formatFamilies(families: readonly MetricFamily[], format: FormatName): string | Uint8Array {
  switch (format) {
    case 'text':
      return formatText(families);
    case 'text1':
      return formatText(families, { version: '1.0.0' });
    case 'openmetrics':
      return formatOpenMetrics(families);
    case 'openmetrics2':
      return formatOpenMetrics(families, { version: '2.0.0' });
    case 'protobuf':
      return formatProtobuf(families, { escaping: 'allow-utf-8' });
  }
}

function familyJson(family: MetricFamily): object {
  const { name, type, help, unit } = family;
  return { name, type, help, unit, series: [...family.rows()] };
}

/** `promwright scrape` */
export const scrapeCommand: Command = {
  name: 'scrape',
  summary: 'print metrics in any format, all or some of them',
  failureCode: 1,
  help: () => `Usage: promwright scrape [options] <source>

Reads a page of metrics and prints it to standard output.

  --format FORMAT     text (0.0.4, unless told), text1 (1.0.0), openmetrics (1.0), openmetrics2 (2.0), protobuf;
                      a server is asked for the same
  --name NAME         only the metric of this name, without _bucket, _sum and _count; may be given more than once
  --match REGEX       only metrics whose name matches; /REGEX/i ignores case; may be given more than once
  --json              prints [{"name", "type", "help", "unit", "series"}]

${SOURCE_HELP}
Exit codes: 0 done, 1 the page cannot be had or read, 2 wrong arguments, 3 no metric has the name or matches
`,
  async run(args, { io }) {
    const { values, sources } = readArguments(
      args,
      {
        ...SOURCE_OPTIONS,
        format: { type: 'string' },
        name: { type: 'string', multiple: true },
        match: { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
      { least: 1, most: 1 },
    );
    const format = values.format === undefined ? undefined : choiceOption('--format', values.format, FORMAT_NAMES);
    const options = {
      ...(format !== undefined && { format }),
      json: values.json ?? false,
      names: values.name ?? [],
      patterns: (values.match ?? []).map((text) => patternOption('--match', text)),
    };
    const read = familyReader(values, io, format);
    return scrape(await read(sources[0]!), options);
  },
};
