import type { Gatherer, MetricFamily } from '@promwright/model';

/** The longest that a registry gives one collector by itself. */
const COLLECTOR_MS = 5000;

/**
 * Gathers, and gives up in time or when aborted, also where the gatherer itself does not. One collector gets at most half of
 * the time, so that a slow one costs its own metrics and not all.
 * @throws what the gatherer throws, or why it was given up
 */
export async function gatherWithin(
  gatherer: Gatherer,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<readonly MetricFamily[]> {
  signal.throwIfAborted();
  const giveUp = new AbortController();
  const onAbort = () => giveUp.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const timer = setTimeout(() => giveUp.abort(new Error(`It took more than ${timeoutMs} ms`)), timeoutMs).unref();
  try {
    const givenUp = new Promise<never>((_, reject) => {
      giveUp.signal.addEventListener('abort', () => reject(giveUp.signal.reason), { once: true });
    });
    const options = { signal: giveUp.signal, timeoutMs: Math.min(COLLECTOR_MS, timeoutMs / 2) };
    return await Promise.race([gatherer.gather(options), givenUp]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
