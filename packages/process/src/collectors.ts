import type { Collector, FamilyDescription, MetricFamily } from '@promwright/model';
import type { ScalarFamily } from './scalar-family.ts';

/** Functions to update the families of a group. */
export interface Measurement {
  /** Adds the values to the families, synchronously. */
  measure(): void;
  /** Reads slow sources before `measure`. */
  prepare?(): void | Promise<void>;
}

/** One collector for all families of a group: a scrape pays for one call per group instead of one per metric. */
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
    // An error may have left values of the last scrape behind.
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

/** Returns a collector without metrics. It updates other metrics before they are collected. */
export function prepareOnly(run: () => void): Collector {
  return { families: [], prepare: run, collect: () => [] };
}

/** Hides a metric while any of its numbers is NaN, such as the quantiles of a summary without observations. */
export function hideWhileEmpty(metric: Required<Pick<Collector, 'families'>> & Collector): Collector {
  return {
    families: metric.families,
    collect(context) {
      const families = metric.collect(context) as Awaited<ReturnType<Collector['collect']>>;
      return families.filter(({ values }) => !values.some(Number.isNaN));
    },
  };
}
