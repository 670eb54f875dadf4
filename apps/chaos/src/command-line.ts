import { parseArgs } from 'node:util';
import { LIBRARIES, type Library } from './run-chaos.ts';

/** Arguments of the command. */
export interface Command {
  readonly library: Library;
  /** Duration of the disturbances, in seconds. */
  readonly seconds: number;
  readonly scrapes: number;
  /** True if slow scrapes fail the command. */
  readonly checkTime: boolean;
  readonly help: boolean;
}

/** Text of `--help`. */
export const USAGE = `pnpm chaos [promwright | @prometheus-io/client | prom-client | python] [options]

  --seconds N    duration of the disturbances (60)
  --scrapes N    number of scrapes (300)
  --check-time   exits with 1 also if the 99th percentile of the duration of scrapes through the exporter is 100 ms or more

Kills, blocks and restarts the processes of a service. Exits with 1 if a scrape fails, a sum decreases, a metric of the process appears
twice, or more is lost than what killed processes had not published.
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
      seconds: { type: 'string', default: '60' },
      scrapes: { type: 'string', default: '300' },
      'check-time': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (positionals.length > 1) throw new Error(`One library is tried at a time; got ${positionals.join(', ')}`);
  return {
    library: libraryOf(positionals[0] ?? 'promwright'),
    seconds: positiveInteger('seconds', values.seconds),
    scrapes: positiveInteger('scrapes', values.scrapes),
    checkTime: values['check-time'],
    help: values.help,
  };
}

function libraryOf(text: string): Library {
  const library = LIBRARIES.find((each) => each === text);
  if (library === undefined) throw new Error(`Library must be one of ${LIBRARIES.join(', ')}; got "${text}"`);
  return library;
}

function positiveInteger(option: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`Option "--${option}" must be a positive integer; got "${text}"`);
}
