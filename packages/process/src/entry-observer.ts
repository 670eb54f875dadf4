import { type EntryType, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import { tryCall } from './platform.ts';

/** How entries of the performance timeline are observed. */
export interface EntryObserver {
  /** Records the entries that were not delivered yet, so that a scrape has them. */
  flush(): void;
  stop(): void;
}

/**
 * Hands every entry of a kind to a function, each once; `undefined` where the platform has no such entries. What `record`
 * throws would end the program: it must not.
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
      // Taken records are delivered no more.
      flush: () => record(observer.takeRecords() as unknown as PerformanceEntry[]),
      stop: () => observer.disconnect(),
    }
  );
}
