import type { AnyLabels } from '../label-sets.ts';
import type { Operation, Reading } from '../measure-time.ts';

/** A series that is held. */
export interface HeldCounter {
  inc(): void;
}

/** A counter with labels, called as the library's users call it. */
export interface LabelledCounter {
  inc(labels: AnyLabels): void;
  labels(labels: AnyLabels): HeldCounter;
}

/** A histogram or summary without labels, or a held series of one. */
export interface Observer {
  observe(value: number): void;
}

/** A histogram with labels. */
export interface LabelledHistogram {
  observe(labels: AnyLabels, value: number): void;
  labels(labels: AnyLabels): Observer;
}

/** One metric of a library, and how the library shows what it holds. */
export interface Instrument<M> {
  readonly metric: M;
  read(): Reading | Promise<Reading>;
}

/** Makes a library's metrics, outside its default registry. */
export interface Instruments {
  counter(name: string, labelNames: readonly string[]): Instrument<LabelledCounter>;
  bareCounter(): Instrument<HeldCounter>;
  histogram(labelNames: readonly string[]): Instrument<LabelledHistogram>;
}

/** A library whose metrics are called as those of `prom-client` are; ours is one. */
export interface Library {
  readonly name: string;
  /** Only the process that measures the library loads it. */
  load(): Promise<Instruments>;
}

/** An operation on one metric. `created` series exist, and hold `counted` operations, before it is first run. */
export function operationOn(read: Operation['read'], run: Operation['run'], created: number, counted = 0): Operation {
  return { run, read, initially: { series: created, total: counted } };
}
