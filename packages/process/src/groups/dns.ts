import type { PerformanceEntry } from 'node:perf_hooks';
import { Histogram } from '@promwright/metrics';
import { prepareOnly } from '../collectors.ts';
import { observeEntries } from '../entry-observer.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';

/** Starts the metrics of successful DNS lookups. */
export function startDns(context: GroupContext): StartedGroup {
  const durations = new Histogram({
    name: context.name('nodejs_dns_lookup_duration_seconds'),
    help: 'Duration of successful DNS lookups, by node:dns function.',
    labelNames: ['operation'],
    // Node has about twenty operations.
    labelLimit: 50,
    native: true,
    registry: null,
  });
  const record = context.guard((entries: readonly PerformanceEntry[]) => {
    for (const { name, duration } of entries) durations.observe({ operation: name }, duration / 1000);
  });
  const observer = observeEntries('dns', record);
  if (observer === undefined) return { collectors: [] };
  return {
    collectors: [durations, prepareOnly(() => observer.flush())],
    stop: () => observer.stop(),
  };
}
