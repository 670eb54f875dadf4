import type { EscapingScheme, MetricFamily, QuantileLayout } from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { formatNumber } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries } from './series-lines.ts';

/** Summaries: a line per quantile, the sum and the count, and one for the time at which the series began. */
export class QuantileLines extends MultiLineSeries implements FamilyLines {
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
    const { quantiles, sum, count } = this.#layout;
    if (line < quantiles.length) return formatNumber(this.number(line)) + this.time();
    if (line === quantiles.length) {
      if (sum < 0 || this.family.absentSums?.[this.row] === 1) return undefined;
      return formatNumber(this.number(sum)) + this.time();
    }
    if (line === quantiles.length + 1) {
      const counted = count < 0 ? Number.NaN : this.number(count);
      // NaN: this series has none.
      return Number.isNaN(counted) ? undefined : formatNumber(counted) + this.time();
    }
    const startMs = this.startMs();
    return Number.isNaN(startMs) ? undefined : `${startMs / 1000}${this.time()}`;
  }
}
