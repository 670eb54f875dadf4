import { checkBoolean, describeValue, rangeError, typeError } from '@promwright/model';
import { checkTime } from './check-time.ts';

/** How a {@link Pushgateway} pushes again and again. */
export interface StartOptions {
  /** The time between the beginnings of two pushes, in milliseconds. Default one minute. */
  readonly intervalMs?: number;
  /** Which of the two methods pushes. Default `push`, which replaces all of the group. */
  readonly method?: 'push' | 'pushAdd';
  /**
   * Whether to do what `stop` does when the program has nothing left to do (the event `beforeExit` of the process). That
   * event does not come where a signal or `process.exit()` ends the program: for a signal, call `stop` in a handler of it.
   * Default false.
   */
  readonly pushAtExit?: boolean;
  /** Whether `stop` deletes the group instead of pushing once more. Default false. */
  readonly deleteOnStop?: boolean;
}

/** @throws TypeError or RangeError with code `INVALID_OPTION` */
export function checkStartOptions(options: StartOptions): Required<StartOptions> {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `start takes an object of options; got ${describeValue(options)}`);
  }
  const { intervalMs = 60_000, method = 'push', pushAtExit = false, deleteOnStop = false } = options;
  if (method !== 'push' && method !== 'pushAdd') {
    throw rangeError('INVALID_OPTION', `Option "method" must be "push" or "pushAdd"; got ${describeValue(method)}`);
  }
  return {
    intervalMs: checkTime('intervalMs', intervalMs),
    method,
    pushAtExit: checkBoolean('pushAtExit', pushAtExit),
    deleteOnStop: checkBoolean('deleteOnStop', deleteOnStop),
  };
}
