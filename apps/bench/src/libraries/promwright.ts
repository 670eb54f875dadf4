import type { Histogram, Summary } from '@promwright/metrics';
import type { MetricFamily, Row } from '@promwright/model';
import { BOUNDS } from '../durations.ts';
import { LABEL_NAMES, type LabelSet } from '../label-sets.ts';
import type { Reading } from '../measure-time.ts';
import type { Library } from './library.ts';

/** Promwright. */
export const promwright: Library = {
  name: 'ours',
  async load() {
    const { Counter, Histogram, Registry } = await import('@promwright/metrics');
    const options = { help: 'A metric.', registry: null };
    return {
      counter(name, labelNames) {
        const metric = new Counter<string>({ ...options, name, labelNames, labelLimit: Infinity });
        return { metric, read: () => reading(metric.collect()) };
      },
      bareCounter() {
        const metric = new Counter({ ...options, name: 'bare_total' });
        return { metric, read: () => reading(metric.collect()) };
      },
      histogram(labelNames) {
        const metric = new Histogram<string>({
          ...options,
          name: 'durations_seconds',
          labelNames,
          buckets: BOUNDS,
        });
        return { metric, read: () => reading(metric.collect()) };
      },
      registry() {
        const registry = new Registry();
        return {
          // Without a spread, which on Node 20 takes longer than the rest.
          addCounter: (name, labelNames) => void new Counter<string>({ name, help: 'A metric.', labelNames, registry }),
          size: () => registry.gatherSync().length,
        };
      },
    };
  },
};

/** Creates a histogram of Promwright with native buckets and no classic buckets. */
export async function nativeHistogram(): Promise<Histogram<keyof LabelSet>> {
  const { Histogram } = await import('@promwright/metrics');
  return new Histogram({
    name: 'native_seconds',
    help: 'A metric.',
    registry: null,
    labelNames: LABEL_NAMES,
    buckets: false,
    native: true,
  });
}

/** Creates a summary of Promwright with three quantiles over ten minutes in five parts. */
export async function quantileSummary(): Promise<Summary> {
  const { Summary } = await import('@promwright/metrics');
  return new Summary({
    name: 'quantile_seconds',
    help: 'A metric.',
    registry: null,
    quantiles: [0.5, 0.9, 0.99],
    maxAgeMs: 600_000,
    ageBuckets: 5,
  });
}

/** Reads the series and total of families of Promwright. */
export function reading(families: readonly MetricFamily[]): Reading {
  const rows = families.flatMap((family) => [...family.rows()]);
  return { series: rows.length, total: rows.reduce((total, row) => total + countOf(row), 0) };
}

function countOf(row: Row): number {
  if ('value' in row) return row.value;
  return 'count' in row ? (row.count ?? 0) : 0;
}
