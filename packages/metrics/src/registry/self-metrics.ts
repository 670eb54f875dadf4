import { type FamilyDescription, familyFromRows, type MetricFamily, type RowInput } from '@promwright/model';
import type { SeriesTable } from '../series/series-table.ts';

/** Families of a registry about itself, without their rows. */
const ERRORS = {
  name: 'promwright_collector_errors_total',
  type: 'counter',
  help: 'Collectors that failed or timed out; their metrics were missing from a scrape.',
} as const;
const INVALID_OBSERVATIONS = {
  name: 'promwright_invalid_observations_total',
  type: 'counter',
  help: 'Observations with a wrong label, value or exemplar, which were dropped (an exemplar alone).',
} as const;
const LABEL_OVERFLOWS = {
  name: 'promwright_label_overflow_total',
  type: 'counter',
  help: 'Observations counted as __other__ because a label limit (or, with an empty label, the series limit) was reached.',
} as const;

/** Descriptions of the families of a registry about itself, whose names no metric may have. */
export const SELF_FAMILIES: readonly FamilyDescription[] = [ERRORS, INVALID_OBSERVATIONS, LABEL_OVERFLOWS];

/** Metrics of a registry about itself. A family appears with its first count. */
export class SelfMetrics {
  readonly #errors = new Map<string, number>();

  /** Counts a collector that failed, took too long, or returned a family that clashes. */
  countError(collector: string): void {
    this.#errors.set(collector, (this.#errors.get(collector) ?? 0) + 1);
  }

  /**
   * Returns the families about the registry and its tables.
   * @param invalidObservations number of wrong observations, by metric
   */
  families(tables: readonly SeriesTable[], invalidObservations: ReadonlyMap<string, number>): readonly MetricFamily[] {
    const families: MetricFamily[] = [];
    if (this.#errors.size > 0) {
      families.push(
        familyFromRows({
          ...ERRORS,
          rows: [...this.#errors].map(([collector, value]) => ({ labels: { collector }, value })),
        }),
      );
    }
    if (invalidObservations.size > 0) {
      families.push(
        familyFromRows({
          ...INVALID_OBSERVATIONS,
          rows: [...invalidObservations].map(([metric, value]) => ({ labels: { metric }, value })),
        }),
      );
    }
    const overflows: RowInput[] = [];
    for (const { metric, labelNames, overflows: counts } of tables) {
      counts.forEach((value, i) => {
        // The last number counts overflows of the series limit, which concerns all labels.
        if (value > 0) overflows.push({ labels: { metric, label: labelNames[i] ?? '' }, value });
      });
    }
    if (overflows.length > 0) {
      families.push(
        familyFromRows({
          ...LABEL_OVERFLOWS,
          rows: overflows,
        }),
      );
    }
    return families;
  }
}
