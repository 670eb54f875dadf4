import {
  type CollectContext,
  type Collector,
  type FamilyDescription,
  isThenable,
  type MetricFamily,
  PromwrightError,
} from '@promwright/model';
import { LazyContext, SingleFlight, type WaitLimits } from './single-flight.ts';

/** Collector of a registry, with its runs in progress. */
export class CollectorEntry {
  readonly collector: Collector;
  /** Families that the collector declares. */
  readonly descriptions: readonly FamilyDescription[];
  // Created at the first gathering: most programs define their metrics while they start, which should take no time.
  #preparing: SingleFlight<void> | undefined;
  #collecting: SingleFlight<readonly MetricFamily[]> | undefined;

  constructor(collector: Collector) {
    this.collector = collector;
    this.descriptions = collector.families ?? [];
  }

  get preparing(): SingleFlight<void> {
    this.#preparing ??= new SingleFlight();
    return this.#preparing;
  }

  get collecting(): SingleFlight<readonly MetricFamily[]> {
    this.#collecting ??= new SingleFlight();
    return this.#collecting;
  }

  /** Name of the collector, for error messages: its first family, or its class. */
  get name(): string {
    return this.descriptions[0]?.name ?? (this.collector.constructor?.name || 'collector');
  }
}

/** Families of one collector, or the error with which it failed. */
export type CollectorResult =
  | { readonly entry: CollectorEntry; readonly families: readonly MetricFamily[] }
  | { readonly entry: CollectorEntry; readonly error: unknown };

/** Errors of the collectors that could not be prepared. */
export type FailedCollectors = Map<CollectorEntry, unknown>;

/** Prepares all collectors at the same time; returns a promise only if one of them takes time. */
export function prepareAll(
  entries: readonly CollectorEntry[],
  limits: WaitLimits,
): FailedCollectors | Promise<FailedCollectors> {
  const failed: FailedCollectors = new Map();
  const preparing: Promise<void>[] = [];
  for (const entry of entries) {
    if (entry.collector.prepare === undefined) continue;
    const prepare = (context: CollectContext) => entry.collector.prepare?.(context);
    try {
      const prepared = entry.preparing.join(prepare, limits);
      if (!isThenable(prepared)) continue;
      preparing.push(Promise.resolve(prepared).then(undefined, (error) => void failed.set(entry, error)));
    } catch (error) {
      failed.set(entry, error);
    }
  }
  return preparing.length === 0 ? failed : Promise.all(preparing).then(() => failed);
}

/** Collects the families of all collectors that did not fail; returns a promise only if one of them takes time. */
export function collectAll(
  entries: readonly CollectorEntry[],
  failed: FailedCollectors,
  limits: WaitLimits,
): readonly CollectorResult[] | Promise<readonly CollectorResult[]> {
  const results = entries.map((entry) =>
    failed.has(entry) ? { entry, error: failed.get(entry) } : collect(entry, limits),
  );
  return results.some(isThenable) ? Promise.all(results) : (results as CollectorResult[]);
}

/**
 * Prepares and collects all collectors without waiting.
 * @throws with code `ASYNC_COLLECTOR` if a collector is asynchronous
 */
export function runAllSync(entries: readonly CollectorEntry[]): readonly CollectorResult[] {
  const context = new LazyContext();
  const failed: FailedCollectors = new Map();
  for (const entry of entries) {
    try {
      requireSync(entry, entry.collector.prepare?.(context));
    } catch (error) {
      failed.set(entry, error);
    }
  }
  const results = collectAllSync(entries, failed, context);
  for (const result of results) if ('error' in result && isAsyncCollectorError(result.error)) throw result.error;
  return results;
}

/** Collects the families of all collectors that did not fail, without waiting. An asynchronous collector fails. */
export function collectAllSync(
  entries: readonly CollectorEntry[],
  failed: FailedCollectors = new Map(),
  context: CollectContext = new LazyContext(),
): readonly CollectorResult[] {
  return entries.map((entry): CollectorResult => {
    if (failed.has(entry)) return { entry, error: failed.get(entry) };
    try {
      return { entry, families: requireSync(entry, entry.collector.collect(context)) };
    } catch (error) {
      return { entry, error };
    }
  });
}

function collect(entry: CollectorEntry, limits: WaitLimits): CollectorResult | Promise<CollectorResult> {
  try {
    const families = entry.collecting.join((context) => entry.collector.collect(context), limits);
    if (!isThenable(families)) return { entry, families };
    return Promise.resolve(families).then(
      (resolved): CollectorResult => ({ entry, families: resolved }),
      (error): CollectorResult => ({ entry, error }),
    );
  } catch (error) {
    return { entry, error };
  }
}

function requireSync<T>(entry: CollectorEntry, result: T | PromiseLike<T>): T {
  if (!isThenable(result)) return result;
  // The outcome is ignored, and a rejection must not become an unhandled one.
  result.then(undefined, () => undefined);
  throw new PromwrightError('ASYNC_COLLECTOR', `Collector "${entry.name}" is asynchronous; use gather() instead`);
}

function isAsyncCollectorError(error: unknown): boolean {
  return error instanceof PromwrightError && (error as PromwrightError).code === 'ASYNC_COLLECTOR';
}
