import { parseArgs } from 'node:util';
import { FRAMEWORKS, type Framework } from './frameworks.ts';

/** Arguments of the command. */
export interface Command {
  readonly frameworks: readonly Framework[];
  /** Duration of the load of each framework, in seconds. */
  readonly seconds: number;
  /** Number of connections that send requests. */
  readonly connections: number;
  readonly help: boolean;
}

/** Text of `--help`. */
export const USAGE = `pnpm load [express] [fastify] [options]

  --seconds N        duration of the load of each framework (60)
  --connections N    connections that send requests (50)

Exits with 1 if a page was wrong, a scrape failed or a count is not exact.
`;

/**
 * Reads the arguments of the command.
 * @throws for an unknown framework or option, or an invalid number
 */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    // Some ways to run a script pass the separator on as well.
    args: args.filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '60' },
      connections: { type: 'string', default: '50' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    frameworks: positionals.length === 0 ? FRAMEWORKS : positionals.map(frameworkOf),
    seconds: positiveInteger('seconds', values.seconds),
    connections: positiveInteger('connections', values.connections),
    help: values.help,
  };
}

function frameworkOf(text: string): Framework {
  const framework = FRAMEWORKS.find((each) => each === text);
  if (framework === undefined) throw new Error(`Framework must be one of ${FRAMEWORKS.join(', ')}; got "${text}"`);
  return framework;
}

function positiveInteger(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`Option "--${option}" must be a positive integer; got "${text}"`);
}
