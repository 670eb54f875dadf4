import { formatOpenMetrics, formatProtobuf, formatText, type OnOmitted } from '@promwright/exposition';
import type { MetricFamily } from '@promwright/model';
import type { Command, CommandOutput } from './command.ts';
import { FORMAT_NAMES, type FormatName } from './document-formats.ts';
import { formatJson } from './format.ts';
import { choiceOption, patternOption } from './option-values.ts';
import { readArguments } from './read-arguments.ts';
import { familyReader, SOURCE_HELP, SOURCE_OPTIONS } from './read-families.ts';

/** Options of {@link scrape}. */
export interface ScrapeOptions {
  /** Output format. Default `text`. */
  readonly format?: FormatName;
  /** Prints JSON instead of `format`. Default false. */
  readonly json?: boolean;
  /** Names of metrics to print. Without names and patterns all metrics are printed. */
  readonly names?: readonly string[];
  /** Patterns of names of further metrics to print. */
  readonly patterns?: readonly RegExp[];
}

/**
 * Prints the selected metrics in a format, and a line to stderr for each metric that the format cannot express. Exit code 3 if
 * names or patterns are given and no metric matches.
 */
export function scrape(families: readonly MetricFamily[], options: ScrapeOptions = {}): CommandOutput {
  const { format = 'text', json = false, names = [], patterns = [] } = options;
  const isFiltered = names.length + patterns.length > 0;
  const selected = families.filter(
    ({ name }) => !isFiltered || names.includes(name) || patterns.some((regex) => regex.test(name)),
  );
  if (isFiltered && selected.length === 0)
    return { stderr: 'promwright scrape: no metric matches --name or --match\n', exitCode: 3 };
  if (json) return { stdout: formatJson(selected.map(familyJson)), exitCode: 0 };
  let stderr = '';
  const stdout = formatFamilies(selected, format, ({ name }, reason) => {
    stderr += `promwright scrape: omitted "${name}": ${reason}\n`;
  });
  return { stdout, ...(stderr !== '' && { stderr }), exitCode: 0 };
}

function formatFamilies(
  families: readonly MetricFamily[],
  format: FormatName,
  onOmitted: OnOmitted,
): string | Uint8Array {
  switch (format) {
    case 'text':
      return formatText(families, { onOmitted });
    case 'text1':
      return formatText(families, { version: '1.0.0', onOmitted });
    case 'openmetrics':
      return formatOpenMetrics(families, { onOmitted });
    case 'openmetrics2':
      return formatOpenMetrics(families, { version: '2.0.0', onOmitted });
    case 'protobuf':
      return formatProtobuf(families, { escaping: 'allow-utf-8', onOmitted });
  }
}

function familyJson(family: MetricFamily): object {
  const { name, type, help, unit } = family;
  return { name, type, help, unit, series: [...family.rows()] };
}

/** Command `promwright scrape`. */
export const scrapeCommand: Command = {
  name: 'scrape',
  summary: 'print all or some metrics in any format',
  failureCode: 1,
  help: () => `Usage: promwright scrape [options] <source>

Reads a page of metrics and prints it to standard output.

  --format FORMAT     text (0.0.4, the default), text1 (1.0.0), openmetrics (1.0), openmetrics2 (2.0), protobuf;
                      the same format is requested from a server
  --name NAME         only the metric with this name, written without _bucket, _sum or _count; repeatable
  --match REGEX       only metrics with a matching name; /REGEX/i ignores case; may be repeated
  --json              prints [{"name", "type", "help", "unit", "series"}]

${SOURCE_HELP}
Exit codes: 0 success, 1 the page cannot be read or parsed, 2 wrong arguments, 3 no metric matches
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
      { min: 1, max: 1 },
    );
    const format = values.format === undefined ? undefined : choiceOption('--format', values.format, FORMAT_NAMES);
    const options = {
      ...(format !== undefined && { format }),
      json: values.json ?? false,
      names: values.name ?? [],
      patterns: (values.match ?? []).map((text) => patternOption('--match', text)),
    };
    const read = familyReader(values, io, { preferred: format });
    return scrape(await read(sources[0]!), options);
  },
};
