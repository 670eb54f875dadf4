import type { Collector, FamilyDescription, MetricFamily } from '@promwright/model';
import type { ScalarFamily } from './scalar-family.ts';

/** How the families of a group are brought up to date. */
export interface Measurement {
  /** Adds to the families what can be read at once. */
  measure(): void;
  /** Reads, ahead of `measure`, what may take its time. */
  prepare?(): void | Promise<void>;
}

/** One collector for all families of a group: a scrape pays for one call, not for one per metric. */
export class MeasuredFamilies implements Collector {
  readonly families: readonly FamilyDescription[];
  readonly prepare?: () => void | Promise<void>;
  readonly #families: readonly ScalarFamily[];
  readonly #measurement: Measurement;

  constructor(families: readonly ScalarFamily[], measurement: Measurement) {
    this.families = families.map(({ description }) => description);
    this.#families = families;
    this.#measurement = measurement;
    if (measurement.prepare !== undefined) this.prepare = () => measurement.prepare!();
  }

  collect(): readonly MetricFamily[] {
    // An error may have left something of the last scrape behind.
    for (const family of this.#families) family.clear();
    this.#measurement.measure();
    const taken: MetricFamily[] = [];
    for (const family of this.#families) {
      const measured = family.take();
      if (measured !== undefined) taken.push(measured);
    }
    return taken;
  }
}

/** A collector that shows nothing: it brings other metrics up to date before they are collected. */
export function prepareOnly(run: () => void): Collector {
  return { families: [], prepare: run, collect: () => [] };
}

/** A metric that is left out as long as some of its numbers are none, as the quantiles of a summary that has seen nothing. */
export function hideWhileEmpty(metric: Required<Pick<Collector, 'families'>> & Collector): Collector {
  return {
    families: metric.families,
    collect(context) {
      const families = metric.collect(context) as Awaited<ReturnType<Collector['collect']>>;
      return families.filter(({ values }) => !values.some(Number.isNaN));
    },
  };
}
