import {
  type EscapingScheme,
  hasSum,
  type MetricFamily,
  type QuantileLayout,
  rowSum,
  totalCount,
} from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { formatNumber } from './format-number.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries } from './series-lines.ts';

/** Lines of a summary: one per quantile, sum, count, and the start time if the dialect shows start times as samples. */
export class SummaryLines extends MultiLineSeries {
  readonly perSeries: number;
  readonly #layout: QuantileLayout;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    this.#layout = family.layout as QuantileLayout;
    const hasCreated = dialect.created && family.startMs !== undefined;
    this.perSeries = this.#layout.quantiles.length + 2 + (hasCreated ? 1 : 0);
  }

  protected prefixes(): LinePrefix[] {
    const suffixes = this.dialect.suffixes(this.family.type);
    const prefixes = Array.from(
      this.#layout.quantiles,
      (quantile) => new LinePrefix(this.name, formatLabelPair('quantile', this.dialect.bound(quantile))),
    );
    prefixes.push(new LinePrefix(this.name + suffixes.sum), new LinePrefix(this.name + suffixes.count));
    if (prefixes.length < this.perSeries) prefixes.push(new LinePrefix(`${this.name}_created`));
    return prefixes;
  }

  tail(line: number): string | undefined {
    const { family, row } = this;
    const layout = this.#layout;
    const { length } = layout.quantiles;
    if (line < length) return formatNumber(this.number(line)) + this.time();
    if (line === length) {
      if (!hasSum(family, layout, row)) return undefined;
      return formatNumber(rowSum(family, layout, row)) + this.time();
    }
    if (line === length + 1) {
      const count = totalCount(family, layout, row);
      return Number.isNaN(count) ? undefined : formatNumber(count) + this.time();
    }
    const startMs = this.startMs();
    return Number.isNaN(startMs) ? undefined : `${startMs / 1000}${this.time()}`;
  }
}
