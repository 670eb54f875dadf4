import { type EntryType, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { tryCall } from './platform.ts';

/** Observer of the performance timeline. */
export interface EntryObserver {
  /** Records the entries not delivered yet, for the scrape about to come. */
  flush(): void;
  stop(): void;
}

/**
 * Passes every entry of a type to `record`, each once. Returns `undefined` if the platform has no entries of this type.
 * `record` must not throw: an exception would end the program.
 */
export function observeEntries(
  type: EntryType,
  record: (entries: readonly PerformanceEntry[]) => void,
): EntryObserver | undefined {
  const { supportedEntryTypes } = PerformanceObserver as { supportedEntryTypes?: readonly string[] };
  if (!supportedEntryTypes?.includes(type)) return undefined;
  const observer = tryCall(() => {
    const created = new PerformanceObserver((list) => record(list.getEntries()));
    created.observe({ entryTypes: [type] });
    return created;
  });
  return (
    observer && {
      // Node does not deliver taken records again.
      flush: () => record(observer.takeRecords() as unknown as PerformanceEntry[]),
      stop: () => observer.disconnect(),
    }
  );
}
