import type { AnyLabels } from '../label-sets.ts';
import type { Operation, Reading } from '../measure-time.ts';

/** Held series of a counter. */
export interface HeldCounter {
  inc(): void;
}

/** Counter with labels, called like in a program. */
export interface LabelledCounter {
  inc(labels: AnyLabels): void;
  labels(labels: AnyLabels): HeldCounter;
}

/** Histogram or summary without labels, or a held series. */
export interface Observer {
  observe(value: number): void;
}

/** Histogram with labels. */
export interface LabelledHistogram {
  observe(labels: AnyLabels, value: number): void;
  labels(labels: AnyLabels): Observer;
}

/** Metric of a library, and a function that reads its series and total through the library's own API. */
export interface Instrument<M> {
  readonly metric: M;
  read(): Reading | Promise<Reading>;
}

/** Factories of a library's metrics, outside its default registry. */
export interface Instruments {
  counter(name: string, labelNames: readonly string[]): Instrument<LabelledCounter>;
  bareCounter(): Instrument<HeldCounter>;
  histogram(labelNames: readonly string[]): Instrument<LabelledHistogram>;
  /** Returns a new registry. */
  registry(): MetricRegistry;
}

/** Registry of a library. */
export interface MetricRegistry {
  /** Creates a counter in the registry. */
  addCounter(name: string, labelNames: readonly string[]): void;
  /** Returns the number of metrics in the registry. */
  size(): number | Promise<number>;
}

/** Library whose metrics have the API of `prom-client`, such as Promwright. */
export interface Library {
  readonly name: string;
  /** Loads the library. Only called in the process that measures the library. */
  load(): Promise<Instruments>;
}

/** Returns an operation on one metric. Before its first run `created` series exist, with `counted` operations. */
export function operationOn(read: Operation['read'], run: Operation['run'], created: number, counted = 0): Operation {
  return { run, read, initially: { series: created, total: counted } };
}
