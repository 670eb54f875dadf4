import { familyFromRows, type MetricFamily, type RowInput } from '@promwright/model';
import type { SeriesTable } from '../series/series-table.ts';

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
          name: 'promwright_collector_errors_total',
          type: 'counter',
          help: 'Collectors that failed or timed out; their metrics were missing from a scrape.',
          rows: [...this.#errors].map(([collector, value]) => ({ labels: { collector }, value })),
        }),
      );
    }
    if (invalidObservations.size > 0) {
      families.push(
        familyFromRows({
          name: 'promwright_invalid_observations_total',
          type: 'counter',
          help: 'Observations with a wrong label, value or exemplar, which were dropped (an exemplar alone).',
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
          name: 'promwright_label_overflow_total',
          type: 'counter',
          help: 'Observations counted as __other__ because a label limit (or, with an empty label, the series limit) was reached.',
          rows: overflows,
        }),
      );
    }
    return families;
  }
}
