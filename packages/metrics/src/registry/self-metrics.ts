import { familyFromRows, type MetricFamily, type RowInput } from '@promwright/model';
import type { SeriesTable } from '../series/series-table.ts';

/** What a registry reports of itself. A family appears once there is something to report. */
export class SelfMetrics {
  readonly #errors = new Map<string, number>();

  /** A collector failed, took too long, or gave a family that clashes. */
  countError(collector: string): void {
    this.#errors.set(collector, (this.#errors.get(collector) ?? 0) + 1);
  }

  families(tables: readonly SeriesTable[]): readonly MetricFamily[] {
    const families: MetricFamily[] = [];
    if (this.#errors.size > 0) {
      families.push(
        familyFromRows({
          name: 'promwright_collector_errors_total',
          type: 'counter',
          help: 'Collectors that failed or took too long, and lost their metrics in a scrape.',
          rows: [...this.#errors].map(([collector, value]) => ({ labels: { collector }, value })),
        }),
      );
    }
    const overflows: RowInput[] = [];
    for (const { metric, labelNames, overflows: counts } of tables) {
      counts.forEach((value, i) => {
        // The last number is of the metric's own limit, which concerns all its labels.
        if (value > 0) overflows.push({ labels: { metric, label: labelNames[i] ?? '' }, value });
      });
    }
    if (overflows.length > 0) {
      families.push(
        familyFromRows({
          name: 'promwright_label_overflow_total',
          type: 'counter',
          help: 'Observations counted under __other__ because a label, or without one the metric, was at its limit.',
          rows: overflows,
        }),
      );
    }
    return families;
  }
}
