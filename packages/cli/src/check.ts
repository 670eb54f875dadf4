import { lint, lintRules, type RuleName } from '@promwright/lint';
import type { MetricFamily } from '@promwright/model';
import type { Command, CommandOutput } from './command.ts';
import { UsageError } from './errors.ts';
import { escapeControls, formatJson } from './format.ts';
import { readArguments } from './read-arguments.ts';
import { familyReader, SOURCE_HELP, SOURCE_OPTIONS } from './read-families.ts';
import { NO_STYLE, type Style } from './style.ts';

/** Options of {@link check}. */
export interface CheckOptions {
  readonly strict?: boolean;
  readonly rules?: { readonly [N in RuleName]?: boolean };
  readonly json?: boolean;
  readonly style?: Style;
}

/** Prints problems like `promtool check metrics`, with its exit codes: 3 if there is a problem, else 0. */
export function check(families: readonly MetricFamily[], options: CheckOptions = {}): CommandOutput {
  const { strict = false, rules = {}, json = false, style = NO_STYLE } = options;
  const problems = lint(families, { strict, rules });
  const exitCode = problems.length > 0 ? 3 : 0;
  if (json) return { stdout: formatJson({ problems }), exitCode };
  const lines = problems.map(({ metric, text }) => `${style.bold(escapeControls(metric))} ${escapeControls(text)}\n`);
  return { stderr: lines.join(''), exitCode };
}

/** Command `promwright check`. */
export const checkCommand: Command = {
  name: 'check',
  summary: 'print the problems of metrics, as promtool check metrics does',
  failureCode: 1,
  help: () => `Usage: promwright check [options] [source]

Reads a page of metrics (by default from standard input) and prints its problems to standard error, like
promtool check metrics: one line "<metric> <text>" for each problem. An empty page has no problems.
A page that Prometheus' server cannot read is an error, as is a page of text that only Prometheus' Go library (promtool,
node_exporter) cannot read; the message then says so.

  --strict            also applies the rules of --strict below
  --rule NAME=off     disables a rule; --rule NAME=on enables a rule of --strict; may be repeated
  --json              prints {"problems": [{"metric", "text", "rule"}]} to standard output instead

${SOURCE_HELP}
Rules:
${ruleLines(false)}
Rules of --strict, with the default limits of @promwright/lint:
${ruleLines(true)}
Exit codes: 0 no problem, 1 the page cannot be read or parsed, 2 wrong arguments, 3 problems found
`,
  async run(args, { io, stderrStyle }) {
    const { values, sources } = readArguments(
      args,
      {
        ...SOURCE_OPTIONS,
        strict: { type: 'boolean' },
        rule: { type: 'string', multiple: true },
        json: { type: 'boolean' },
      },
      { min: 0, max: 1 },
    );
    const { strict = false, json = false } = values;
    const options = { strict, json, rules: parseRules(values.rule ?? []), style: stderrStyle };
    const read = familyReader(values, io, { strict: true });
    return check(await read(sources[0] ?? '-'), options);
  },
};

function parseRules(texts: readonly string[]): { [N in RuleName]?: boolean } {
  const rules: { [N in RuleName]?: boolean } = {};
  for (const text of texts) {
    const [, name, state] = /^(.*)=(on|off)$/s.exec(text) ?? [];
    if (name === undefined)
      throw new UsageError(`Option "--rule" must be NAME=on or NAME=off; got ${JSON.stringify(text)}`);
    const rule = lintRules.find((known) => known.name === name);
    if (rule === undefined) {
      throw new UsageError(`Option "--rule" must name a rule that --help lists; got ${JSON.stringify(name)}`);
    }
    rules[rule.name] = state === 'on';
  }
  return rules;
}

function ruleLines(strict: boolean): string {
  return lintRules
    .filter((rule) => rule.strict === strict)
    .map(({ name, sentence }) => `  ${name.padEnd(26)}  ${sentence}\n`)
    .join('');
}
