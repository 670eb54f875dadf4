import { parseArgs } from 'node:util';

/** Arguments of the command. */
export interface Command {
  /** Names of groups. Empty: all groups. */
  readonly groups: readonly string[];
  /** Text in the titles of the rows to measure. Empty: all rows. */
  readonly only: string;
  /** Number of starts of each row, each in new processes. */
  readonly processes: number;
  /** Number of measurements per contestant in each process. */
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  readonly series: number;
  /** Executable of the Node to measure. */
  readonly node: string;
  /** File for all measurements as JSON. */
  readonly json: string | undefined;
  /** True if a missed target is a failure. */
  readonly check: boolean;
  readonly help: boolean;
}

/** Text of `--help`. */
export const USAGE = `pnpm bench [group ...] [options]

  --quick          a first look in a minute or two: 1 process, 9 rounds of 10 ms
  --only TEXT      only rows whose title contains TEXT
  --processes N    number of starts of each row, each in new processes (5)
  --rounds N       measurements per contestant in each process (15)
  --round-ms N     minimum duration of a timed measurement (25)
  --series N       number of series in rows with many series (100000)
  --node PATH      measure with another Node
  --json FILE      write every measurement
  --check          exit with 1 if a target is not reached
`;

/**
 * Reads the arguments of the command.
 * @throws for an unknown option or an invalid number
 */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    // Some ways to run a script pass the separator on as well.
    args: args.filter((arg) => arg !== '--'),
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      processes: { type: 'string' },
      rounds: { type: 'string' },
      'round-ms': { type: 'string' },
      series: { type: 'string', default: '100000' },
      node: { type: 'string', default: process.execPath },
      json: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const defaults = values.quick
    ? { processes: '1', rounds: '9', roundMs: '10', warmUps: 10 }
    : { processes: '5', rounds: '15', roundMs: '25', warmUps: 12 };
  const roundMs = positive('round-ms', values['round-ms'] ?? defaults.roundMs);
  return {
    groups: positionals,
    only: values.only,
    processes: positive('processes', values.processes ?? defaults.processes),
    rounds: positive('rounds', values.rounds ?? defaults.rounds),
    roundMs,
    warmUpMs: roundMs * defaults.warmUps,
    series: positive('series', values.series),
    node: values.node,
    json: values.json,
    check: values.check,
    help: values.help,
  };
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new RangeError(`Option --${option} must be a positive integer; got "${text}"`);
}
