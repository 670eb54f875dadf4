import type { EscapingScheme, MetricFamily, QuantileLayout } from '@promwright/model';
import type { ByteSink } from './byte-sink.ts';
import type { Dialect } from './dialect.ts';
import { numberText } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { LinePrefix, ownLabel } from './line-prefix.ts';
import { SeveralLines } from './series-lines.ts';

/** Summaries: a line per quantile, the sum and the count, and one for the time at which the series began. */
export class QuantileLines extends SeveralLines implements FamilyLines {
  readonly perSeries: number;
  readonly #layout: QuantileLayout;
  readonly #prefixes: readonly LinePrefix[];

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    this.#layout = family.layout as QuantileLayout;
    const suffixes = dialect.suffixes(family.type);
    const hasCreated = dialect.created && family.startMs !== undefined;
    this.#prefixes = [
      ...Array.from(
        this.#layout.quantiles,
        (quantile) => new LinePrefix(this.name, ownLabel('quantile', dialect.bound(quantile))),
      ),
      new LinePrefix(this.name + suffixes.sum),
      new LinePrefix(this.name + suffixes.count),
      ...(hasCreated ? [new LinePrefix(`${this.name}_created`)] : []),
    ];
    this.perSeries = this.#prefixes.length;
  }

  writePrefix(sink: ByteSink, line: number): void {
    this.#prefixes[line]!.write(sink, this.labels);
  }

  tail(line: number): string | undefined {
    const { quantiles, sum, count } = this.#layout;
    if (line < quantiles.length) return numberText(this.number(line)) + this.time();
    if (line === quantiles.length) {
      if (sum < 0 || this.family.absentSums?.[this.point] === 1) return undefined;
      return numberText(this.number(sum)) + this.time();
    }
    if (line === quantiles.length + 1) {
      const counted = count < 0 ? Number.NaN : this.number(count);
      // NaN: this series has none.
      return Number.isNaN(counted) ? undefined : numberText(counted) + this.time();
    }
    const startMs = this.startMs();
    return Number.isNaN(startMs) ? undefined : `${startMs / 1000}${this.time()}`;
  }
}
