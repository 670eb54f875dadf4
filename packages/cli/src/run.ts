import { readFileSync } from 'node:fs';
import { errorMessage, nearestName } from '@promwright/model';
import { checkCommand } from './check.ts';
import type { Command, CommandOutput } from './command.ts';
import type { CommandIo } from './command-io.ts';
import { diffCommand } from './diff.ts';
import { InputError, UsageError } from './errors.ts';
import { escapeControls } from './format.ts';
import { scrapeCommand } from './scrape.ts';
import { serveCommand } from './serve.ts';
import { styleFor } from './style.ts';
import { topCommand } from './top.ts';
import { writeAll } from './write-all.ts';

const COMMANDS: readonly Command[] = [checkCommand, scrapeCommand, diffCommand, topCommand, serveCommand];

const GLOBAL_OPTIONS = ['--help', '--version'];

/** Exit code for wrong arguments, the same for all commands. */
const USAGE_CODE = 2;

/**
 * Runs the command `promwright` with the given arguments (without the program name), and resolves with the exit code.
 * Never exits the process, and writes only to the given streams.
 *
 * @example
 * process.exitCode = await run(['check', 'http://localhost:9464/metrics'], process);
 */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const outcome = await outcomeOf(args, io);
  try {
    await writeAll(io.stdout, outcome.stdout);
    await writeAll(io.stderr, outcome.stderr);
  } catch (error) {
    await writeAll(io.stderr, `promwright: the output cannot be written: ${escapeControls(errorMessage(error))}\n`);
    return 1;
  }
  return outcome.exitCode;
}

async function outcomeOf(args: readonly string[], io: CommandIo): Promise<CommandOutput> {
  const [name, ...rest] = args;
  if (name === undefined) return { stderr: help(), exitCode: USAGE_CODE };
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    return { stdout: help(), exitCode: 0 };
  }
  if (name === '--version' || name === '-v') return { stdout: `${version()}\n`, exitCode: 0 };
  if (name === 'help') return outcomeOf([rest[0]!, '--help'], io);

  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const kind = name.startsWith('-') ? 'option' : 'command';
    const known = kind === 'option' ? GLOBAL_OPTIONS : [...COMMANDS.map((candidate) => candidate.name), 'help'];
    const nearest = nearestName(name, known);
    const advice = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
    return usageFailure('promwright', `Unknown ${kind} ${JSON.stringify(name)}${advice}`);
  }
  if (asksForHelp(rest)) return { stdout: command.help(), exitCode: 0 };
  const title = `promwright ${command.name}`;
  try {
    const [stdoutStyle, stderrStyle] = [styleFor(io.stdout, io.env), styleFor(io.stderr, io.env)];
    return await command.run(rest, { io, stdoutStyle, stderrStyle });
  } catch (error) {
    if (error instanceof UsageError) return usageFailure(title, error.message);
    const text = error instanceof InputError ? error.message : escapeControls(errorMessage(error));
    return { stderr: `${title}: ${text}\n`, exitCode: command.failureCode };
  }
}

/** Returns true if an option is `--help` or `-h`. Arguments after `--` are not options. */
function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end < 0 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}

function usageFailure(title: string, message: string): CommandOutput {
  return { stderr: `${title}: ${escapeControls(message)}; "${title} --help" shows the usage\n`, exitCode: USAGE_CODE };
}

function help(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(8)}  ${summary}\n`);
  return `Usage: promwright <command> [options] [source...]

${lines.join('')}
  --help, -h      print this help, or the help of a command
  --version, -v   print the version

Exit codes:
  check   0 no problem, 1 the page cannot be read or parsed, 2 wrong arguments, 3 problems found
  scrape  0 success, 1 the page cannot be read or parsed, 2 wrong arguments, 3 no metric matches
  diff    0 equal, 1 different, 2 a page cannot be read or parsed, or wrong arguments
  top     0 success, 1 the page or the budget cannot be read or parsed, 2 wrong arguments, 3 a metric is over budget
  serve   1 the directory cannot be used or the port is taken, 2 wrong arguments

"promwright <command> --help" shows the options of a command, "promwright --version" the version.
`;
}

function version(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
