import { BOUNDS } from '../durations.ts';
import type { Reading } from '../measure-time.ts';
import type { HeldCounter, Instrument, Library, Observer } from './library.ts';

interface Configuration {
  readonly name: string;
  readonly help: string;
  readonly registers: readonly PromRegistry[];
  readonly labelNames?: readonly string[];
  readonly buckets?: readonly number[];
  readonly percentiles?: readonly number[];
  readonly maxAgeSeconds?: number;
  readonly ageBuckets?: number;
}

interface PromMetric {
  get(): Promise<{ readonly values: readonly { readonly metricName?: string; readonly value: number }[] }>;
}

interface PromCounter extends PromMetric {
  inc(): void;
  inc(labels: object): void;
  labels(labels: object): HeldCounter;
}

interface PromObserver extends PromMetric {
  observe(value: number): void;
  observe(labels: object, value: number): void;
  labels(labels: object): Observer;
}

/** Registry of `prom-client` and its descendants. */
export interface PromRegistry {
  getMetricsAsJSON(): Promise<readonly { readonly values: readonly unknown[] }[]>;
}

/** Common exports of `prom-client` and its descendants. Their own types differ in details that do not matter here. */
export interface PromModule {
  readonly Registry: new () => PromRegistry;
  readonly Counter: new (configuration: Configuration) => PromCounter;
  readonly Histogram: new (configuration: Configuration) => PromObserver;
  readonly Summary: new (configuration: Configuration) => PromObserver;
}

/** Library of the family of `prom-client`. */
export interface PromLibrary extends Library {
  loadModule(): Promise<PromModule>;
}

/** `@prometheus-io/client`. */
export const official: PromLibrary = library(
  'official client',
  async () => (await import('@prometheus-io/client')) as unknown as PromModule,
);

/** `prom-client`, the official client under its former name. */
export const promClient: PromLibrary = library(
  'prom-client 15',
  async () => (await import('prom-client')) as unknown as PromModule,
);

/** `@platformatic/prom-client`, a faster relative of `prom-client` 15. */
export const platformatic: PromLibrary = library(
  'platformatic',
  async () => (await import('@platformatic/prom-client')) as unknown as PromModule,
);

/** Creates a summary with the quantiles 0.5, 0.9 and 0.99 over ten minutes in five parts. */
export async function loadSummary({ loadModule }: PromLibrary): Promise<Instrument<Observer>> {
  const { Summary } = await loadModule();
  const metric = new Summary({
    name: 'quantile_seconds',
    help: 'A metric.',
    registers: [],
    percentiles: [0.5, 0.9, 0.99],
    maxAgeSeconds: 600,
    ageBuckets: 5,
  });
  return { metric, read: () => readCounts(metric) };
}

function library(name: string, loadModule: () => Promise<PromModule>): PromLibrary {
  return {
    name,
    loadModule,
    async load() {
      const { Counter, Histogram, Registry } = await loadModule();
      const options = { help: 'A metric.', registers: [] };
      return {
        counter(metricName, labelNames) {
          const metric = new Counter({ ...options, name: metricName, labelNames });
          return { metric, read: () => readCounter(metric) };
        },
        bareCounter() {
          const metric = new Counter({ ...options, name: 'bare_total' });
          return { metric, read: () => readCounter(metric) };
        },
        histogram(labelNames) {
          const metric = new Histogram({ ...options, name: 'durations_seconds', labelNames, buckets: BOUNDS });
          return { metric, read: () => readCounts(metric) };
        },
        registry() {
          const registry = new Registry();
          return {
            // Without a spread, which on Node 20 takes longer than the rest.
            addCounter: (metricName, labelNames) =>
              void new Counter({ name: metricName, help: 'A metric.', labelNames, registers: [registry] }),
            size: async () => (await registry.getMetricsAsJSON()).length,
          };
        },
      };
    },
  };
}

async function readCounter(metric: PromMetric): Promise<Reading> {
  const { values } = await metric.get();
  return { series: values.length, total: values.reduce((total, { value }) => total + value, 0) };
}

async function readCounts(metric: PromMetric): Promise<Reading> {
  const { values } = await metric.get();
  const counts = values.filter(({ metricName }) => metricName?.endsWith('_count'));
  return { series: counts.length, total: counts.reduce((total, { value }) => total + value, 0) };
}
