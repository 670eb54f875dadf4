import { readFile } from 'node:fs/promises';
import type { MetricFamily } from '@promwright/model';
import { type Budget, overBudget, readBudget } from './budget.ts';
import type { Command, CommandOutput } from './command.ts';
import { InputError, UsageError } from './errors.ts';
import { fileErrorMessage } from './file-error-message.ts';
import { escapeControls, formatJson, formatTable } from './format.ts';
import { integerOption, timeoutOption } from './option-values.ts';
import { readArguments } from './read-arguments.ts';
import { familyReader, SOURCE_HELP, SOURCE_OPTIONS } from './read-families.ts';
import { type SeriesCounts, seriesCounts } from './series-counts.ts';
import { NO_STYLE, type Style } from './style.ts';
import { watch } from './watch.ts';

/** Options of {@link top}. */
export interface TopOptions {
  /** Number of metrics and of labels to show. Default 10. */
  readonly limit?: number;
  readonly budget?: Budget;
  readonly json?: boolean;
  readonly style?: Style;
  readonly stderrStyle?: Style;
}

/** Prints the metrics with the most series and the labels with the most values. Exit code 3 if a metric is over its budget, else 0. */
export function top(families: readonly MetricFamily[], options: TopOptions = {}): CommandOutput {
  const { limit = 10, budget = {}, json = false, style = NO_STYLE, stderrStyle = NO_STYLE } = options;
  const counts = seriesCounts(families);
  const excess = overBudget(counts.metrics, budget);
  const exitCode = excess.length > 0 ? 3 : 0;
  const metrics = counts.metrics.slice(0, limit);
  const labels = counts.labels.slice(0, limit);
  if (json) {
    const { series, metrics: all } = counts;
    return { stdout: formatJson({ series, metricCount: all.length, metrics, labels, overBudget: excess }), exitCode };
  }
  const lines = excess.map(
    ({ name, series, budget: max }) =>
      `${stderrStyle.bold(escapeControls(name))} has ${series} series, over its budget of ${max}\n`,
  );
  return {
    stdout: tables({ ...counts, metrics, labels }, counts.metrics.length, style),
    stderr: lines.join(''),
    exitCode,
  };
}

function tables({ series, metrics, labels }: SeriesCounts, metricCount: number, style: Style): string {
  const share = (part: number) => `${((part / Math.max(series, 1)) * 100).toFixed(1)}%`.padStart(6);
  const metricTable = formatTable(
    ['METRIC', 'TYPE', 'SERIES', ' SHARE', 'VALUES OF LABELS'],
    metrics.map((metric) => [
      escapeControls(metric.name),
      metric.type,
      metric.series,
      share(metric.series),
      metric.labels.map(({ name, values }) => `${escapeControls(name)}=${values}`).join(' '),
    ]),
    style.bold,
  );
  const labelTable = formatTable(
    ['LABEL', 'VALUES', 'SERIES', ' SHARE'],
    labels.map((label) => [escapeControls(label.name), label.values, label.series, share(label.series)]),
    style.bold,
  );
  const parts = [metrics.length > 0 ? metricTable : '', labels.length > 0 ? labelTable : ''];
  return [...parts.filter((part) => part !== ''), `${series} series of ${metricCount} metrics\n`].join('\n');
}

/** Command `promwright top`. */
export const topCommand: Command = {
  name: 'top',
  summary: 'print the metrics and labels with the most series, and metrics over their budget',
  failureCode: 1,
  help: () => `Usage: promwright top [options] <source>

Reads a page of metrics and prints the metrics with the most series and the labels with the most values. Series are
counted as Prometheus stores them: each bucket of a histogram is one series.

  --limit N           number of metrics and of labels to print; default 10
  --budget FILE       reports all metrics with more series than FILE allows. The file is JSON:
                      {"default": 1000, "metrics": {"http_request_duration_seconds": 5000, "/^go_/": 200}}
                      A name precedes patterns; the first matching pattern counts.
  --watch SECONDS     prints again after so many seconds, until the program is ended; not for standard input
  --json              prints {"series", "metricCount", "metrics", "labels", "overBudget"}

${SOURCE_HELP}
Exit codes: 0 success, 1 the page or the budget cannot be read or parsed, 2 wrong arguments, 3 a metric is over budget
`,
  async run(args, { io, stdoutStyle, stderrStyle }) {
    const { values, sources } = readArguments(
      args,
      {
        ...SOURCE_OPTIONS,
        limit: { type: 'string' },
        budget: { type: 'string' },
        watch: { type: 'string' },
        json: { type: 'boolean' },
      },
      { min: 1, max: 1 },
    );
    const limit = integerOption('--limit', values.limit ?? '10');
    const read = familyReader(values, io);
    const budget = values.budget === undefined ? {} : await budgetOf(values.budget);
    const source = sources[0]!;
    const options = { limit, budget, json: values.json ?? false, style: stdoutStyle, stderrStyle };
    const produce = async () => top(await read(source), options);
    if (values.watch === undefined) return produce();
    const intervalMs = timeoutOption('--watch', values.watch);
    if (source === '-') throw new UsageError('Option "--watch" needs a URL or a file; got standard input');
    return watch(io, intervalMs, produce);
  },
};

async function budgetOf(path: string): Promise<Budget> {
  try {
    return readBudget(await readFile(path, 'utf8'));
  } catch (error) {
    throw new InputError(`${escapeControls(path)}: ${escapeControls(fileErrorMessage(error))}`, { cause: error });
  }
}
