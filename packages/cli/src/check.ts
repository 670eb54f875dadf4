import { lint, lintRules, type RuleName } from '@promwright/lint';
import type { MetricFamily } from '@promwright/model';
import type { Command, CommandOutput } from './command.ts';
import { UsageError } from './errors.ts';
import { escapeControls, formatJson } from './format.ts';
import { readArguments } from './read-arguments.ts';
import { familyReader, SOURCE_HELP, SOURCE_OPTIONS } from './read-families.ts';
import { NO_STYLE, type Style } from './style.ts';

/** What to look for, and how to say it. */
export interface CheckOptions {
  readonly strict?: boolean;
  readonly rules?: { readonly [N in RuleName]?: boolean };
  readonly json?: boolean;
  readonly style?: Style;
}

/** Problems as `promtool check metrics` prints them, with its exit codes: 3 if there are any, else 0. */
export function check(families: readonly MetricFamily[], options: CheckOptions = {}): CommandOutput {
  const { strict = false, rules = {}, json = false, style = NO_STYLE } = options;
  const problems = lint(families, { strict, rules });
  const exitCode = problems.length > 0 ? 3 : 0;
  if (json) return { stdout: formatJson({ problems }), exitCode };
  const lines = problems.map(({ metric, text }) => `${style.bold(escapeControls(metric))} ${escapeControls(text)}\n`);
  return { stderr: lines.join(''), exitCode };
}

/** `promwright check` */
export const checkCommand: Command = {
  name: 'check',
  summary: 'say what is wrong with metrics, as promtool check metrics does',
  failureCode: 1,
  help: () => `Usage: promwright check [options] [source]

Reads a page of metrics, standard input unless told, and prints what is wrong with it to standard error, a line
"<metric> <text>" each: what promtool check metrics prints.

  --strict            adds our own rules
  --rule NAME=off     switches a rule off, or with =on one of our own on; may be given more than once
  --json              prints {"problems": [{"metric", "text", "rule"}]} to standard output instead

${SOURCE_HELP}
Rules:
${ruleLines(false)}
Rules of --strict, with the limits that @promwright/lint has unless told:
${ruleLines(true)}
Exit codes: 0 nothing is wrong, 1 the page cannot be had or read, 2 wrong arguments, 3 something is wrong
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
      { least: 0, most: 1 },
    );
    const { strict = false, json = false } = values;
    const options = { strict, json, rules: switches(values.rule ?? []), style: stderrStyle };
    const read = familyReader(values, io);
    return check(await read(sources[0] ?? '-'), options);
  },
};

function switches(texts: readonly string[]): { [N in RuleName]?: boolean } {
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
