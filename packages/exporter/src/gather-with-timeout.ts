import {
  checkOptionNames,
  DEFAULT_COLLECTOR_TIMEOUT_MS,
  defaultGatherer,
  type Gatherer,
  MAX_TIMER_MS,
  type MetricFamily,
  PromwrightError,
} from '@promwright/model';
import { abortable } from './abortable.ts';

/** Options of {@link gatherWithTimeout}. */
export interface GatherWithTimeoutOptions {
  /** Time limit of the whole gathering, in milliseconds. */
  readonly timeoutMs: number;
  /** Signal that ends the gathering. */
  readonly signal: AbortSignal;
  /** True to reject if any collector fails, instead of omitting its families. Default false. */
  readonly strict?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({
  timeoutMs: true,
  signal: true,
  strict: true,
} satisfies Record<keyof GatherWithTimeoutOptions, true>);

/**
 * Gathers once, and gives up after `timeoutMs`, even if the gatherer ignores its signal. Each collector gets at most
 * half of the time, so a slow collector loses only its own metrics. The time limits do not keep the process alive.
 * @param gatherer default: the default registry at the time of the call
 * @throws the error of the gatherer, the reason of the signal if aborted, or an error with code `COLLECTOR_TIMEOUT`
 */
export async function gatherWithTimeout(
  gatherer: Gatherer | undefined,
  options: GatherWithTimeoutOptions,
): Promise<readonly MetricFamily[]> {
  checkOptionNames('gatherWithTimeout', options, OPTION_NAMES);
  const { timeoutMs, signal, strict = false } = options;
  signal.throwIfAborted();
  const giveUp = new AbortController();
  const onAbort = () => giveUp.abort(signal.reason);
  const timer: unknown = setTimeout(
    () => giveUp.abort(new PromwrightError('COLLECTOR_TIMEOUT', `Metrics were not gathered within ${timeoutMs} ms`)),
    Math.min(timeoutMs, MAX_TIMER_MS),
  );
  // Timers are numbers in browsers, and objects in Node, Bun and Deno.
  (timer as { unref?(): void }).unref?.();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const collectorMs = Math.min(DEFAULT_COLLECTOR_TIMEOUT_MS, timeoutMs / 2);
    const gathering = (gatherer ?? defaultGatherer()).gather({
      strict,
      signal: giveUp.signal,
      timeoutMs: collectorMs,
      keepAlive: false,
    });
    return await abortable(gathering, giveUp.signal);
  } finally {
    clearTimeout(timer as number);
    signal.removeEventListener('abort', onAbort);
  }
}
