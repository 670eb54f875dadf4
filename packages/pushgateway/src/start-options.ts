import { checkBoolean, checkOneOf, checkOptionNames } from '@promwright/model';
import { checkTime } from './check-time.ts';

/** Options of periodic pushes of a {@link Pushgateway}. */
export interface StartOptions {
  /** Time between the starts of two pushes, in milliseconds. Default one minute. */
  readonly intervalMs?: number;
  /** Method to call. Default `push`, which replaces the whole group. */
  readonly method?: 'push' | 'pushAdd';
  /**
   * True to call `stop` when the program has nothing left to do (event `beforeExit` of the process). The event is not emitted
   * if a signal or `process.exit()` ends the program: for a signal, call `stop` in a signal handler. Default false.
   */
  readonly pushAtExit?: boolean;
  /** True to delete the group in `stop`, instead of a last push. Default false. */
  readonly deleteOnStop?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({
  intervalMs: true,
  method: true,
  pushAtExit: true,
  deleteOnStop: true,
} satisfies Record<keyof StartOptions, true>);

/**
 * Checks the options and fills in the defaults.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function checkStartOptions(options: StartOptions): Required<StartOptions> {
  checkOptionNames('start', options, OPTION_NAMES);
  const { intervalMs = 60_000, method = 'push', pushAtExit = false, deleteOnStop = false } = options;
  checkOneOf('method', method, ['push', 'pushAdd']);
  return {
    intervalMs: checkTime('intervalMs', intervalMs),
    method,
    pushAtExit: checkBoolean('pushAtExit', pushAtExit),
    deleteOnStop: checkBoolean('deleteOnStop', deleteOnStop),
  };
}
