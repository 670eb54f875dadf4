import { type EscapingScheme, hasNumber, type MetricFamily, type QuantileLayout } from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries, type Tail } from './series-lines.ts';

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
    const suffixes = this.dialect.rules.suffixes(this.family.type);
    const prefixes = Array.from(
      this.#layout.quantiles,
      (quantile) => new LinePrefix(this.name, formatLabelPair('quantile', this.dialect.bound(quantile))),
    );
    prefixes.push(new LinePrefix(this.name + suffixes.sum), new LinePrefix(this.name + suffixes.count));
    if (prefixes.length < this.perSeries) prefixes.push(new LinePrefix(`${this.name}_created`));
    return prefixes;
  }

  tail(line: number): Tail | undefined {
    const { quantiles, sum, count } = this.#layout;
    const { length } = quantiles;
    if (line > length + 1) return this.created();
    const offset = line < length ? line : line === length ? sum : count;
    return hasNumber(this.family, this.row, offset) ? this.tailOf(this.number(offset)) : undefined;
  }
}
