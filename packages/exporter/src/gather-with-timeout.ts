import { defaultGatherer, type Gatherer, type MetricFamily, PromwrightError } from '@promwright/model';
import { abortable } from './abortable.ts';

/** How {@link gatherWithTimeout} gathers. */
export interface GatherWithTimeoutOptions {
  /** When it gives up. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Reject if any collector fails, instead of leaving its families out. Default false. */
  readonly strict?: boolean;
}

/** The longest that a registry gives one collector by itself. */
const COLLECTOR_MS = 5000;

/**
 * Gathers once, and waits no longer than it may even for a gatherer that keeps to no signal. One collector gets at most half
 * of the time, so that a slow one costs its own metrics and not all. The timer keeps no program running.
 * @param gatherer the default registry, as it is now, if left out
 * @throws what the gatherer throws; the reason of the signal when that is aborted; with code `COLLECTOR_TIMEOUT`
 */
export async function gatherWithTimeout(
  gatherer: Gatherer | undefined,
  { timeoutMs, signal, strict = false }: GatherWithTimeoutOptions,
): Promise<readonly MetricFamily[]> {
  signal.throwIfAborted();
  const giveUp = new AbortController();
  const onAbort = () => giveUp.abort(signal.reason);
  const timer: unknown = setTimeout(() => {
    giveUp.abort(new PromwrightError('COLLECTOR_TIMEOUT', `Metrics were not gathered within ${timeoutMs} ms`));
  }, timeoutMs);
  // A number in browsers, an object in Node, Bun and Deno.
  (timer as { unref?(): void }).unref?.();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const options = { strict, signal: giveUp.signal, timeoutMs: Math.min(COLLECTOR_MS, timeoutMs / 2) };
    return await abortable((gatherer ?? defaultGatherer()).gather(options), giveUp.signal);
  } finally {
    clearTimeout(timer as number);
    signal.removeEventListener('abort', onAbort);
  }
}
