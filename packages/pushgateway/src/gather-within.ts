import { defaultGatherer, type Gatherer, type MetricFamily, PromwrightError } from '@promwright/model';
import { abortable } from './abortable.ts';

/** How a push gathers. */
export interface GatherWithinOptions {
  readonly strict: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Gathers once, and waits no longer than it may even for a gatherer that does not keep to its signal.
 * @param gatherer the default registry, as it is now, if left out
 */
export async function gatherWithin(
  gatherer: Gatherer | undefined,
  { strict, timeoutMs, signal }: GatherWithinOptions,
): Promise<readonly MetricFamily[]> {
  const control = new AbortController();
  const abort = () => control.abort(signal.reason);
  const timer = setTimeout(() => {
    control.abort(new PromwrightError('PUSH_FAILED', `Push failed: nothing was gathered within ${timeoutMs} ms`));
  }, timeoutMs).unref();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const gathering = (gatherer ?? defaultGatherer()).gather({ signal: control.signal, strict });
    return await abortable(gathering, control.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
