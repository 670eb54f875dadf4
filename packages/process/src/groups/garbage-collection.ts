import { constants, type NodeGCPerformanceDetail, type PerformanceEntry } from 'node:perf_hooks';
import { Histogram } from '@promwright/metrics';
import { prepareOnly } from '../collectors.ts';
import { observeEntries } from '../entry-observer.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';

const KINDS: ReadonlyMap<number | undefined, string> = new Map([
  [constants?.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants?.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants?.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants?.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
]);

/** Starts the metrics of every garbage collection of this thread. */
export function startGarbageCollection(context: GroupContext): StartedGroup {
  const durations = new Histogram({
    name: context.name('nodejs_gc_duration_seconds'),
    help: 'Duration of garbage collections by kind: major, minor, incremental or weakcb.',
    labelNames: ['kind'],
    initialLabels: [...KINDS.values()].map((kind) => ({ kind })),
    buckets: context.options.gcBuckets,
    native: true,
    registry: null,
  });
  const record = context.guard((entries: readonly PerformanceEntry[]) => {
    for (const entry of entries) {
      const { kind } = (entry as { detail?: NodeGCPerformanceDetail }).detail ?? {};
      durations.observe({ kind: KINDS.get(kind) ?? 'other' }, entry.duration / 1000);
    }
  });
  const observer = observeEntries('gc', record);
  if (observer === undefined) return { collectors: [] };
  return {
    collectors: [durations, prepareOnly(() => observer.flush())],
    stop: () => observer.stop(),
  };
}
