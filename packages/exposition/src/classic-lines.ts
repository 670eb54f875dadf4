import type { ClassicLayout, EscapingScheme, MetricFamily } from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { formatNumber } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries } from './series-lines.ts';

/** Histograms: a line per bucket, the sum and the count, and one for the time at which the series began. */
export class ClassicLines extends MultiLineSeries implements FamilyLines {
  readonly perSeries: number;
  readonly #layout: ClassicLayout;
  /** Whether a sum and a count are only shown together. */
  readonly #pairs: boolean;
  /** How many lines are buckets. */
  readonly #buckets: number;
  /** The line of the sum, before that of the count; -1 where there is neither. */
  readonly #sum: number;
  #total = 0;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    this.#layout = family.layout as ClassicLayout;
    const hasCreated = dialect.created && family.type === 'histogram' && family.startMs !== undefined;
    // A sum of what may be negative is no counter, and without a sum there is to be no count either.
    this.#pairs = dialect.pairsSumAndCount && family.type === 'histogram';
    const hasSum = !(this.#pairs && (this.#layout.bounds[0] ?? 0) < 0);
    this.#buckets = this.#layout.bounds.length + 1;
    this.#sum = hasSum ? this.#buckets : -1;
    this.perSeries = this.#buckets + (hasSum ? 2 : 0) + (hasCreated ? 1 : 0);
  }

  override select(row: number): void {
    super.select(row);
    this.#total = 0;
  }

  protected prefixes(): LinePrefix[] {
    const { bounds } = this.#layout;
    const suffixes = this.dialect.suffixes(this.family.type);
    const prefixes = Array.from(
      { length: this.#buckets },
      (_, i) => new LinePrefix(`${this.name}_bucket`, formatLabelPair('le', this.dialect.bound(bounds[i] ?? Infinity))),
    );
    if (this.#sum >= 0)
      prefixes.push(new LinePrefix(this.name + suffixes.sum), new LinePrefix(this.name + suffixes.count));
    if (prefixes.length < this.perSeries) prefixes.push(new LinePrefix(`${this.name}_created`));
    return prefixes;
  }

  tail(line: number): string | undefined {
    const layout = this.#layout;
    if (line < this.#buckets) {
      const stored = this.number(line);
      // NaN: this series has no such bucket.
      if (layout.cumulative && Number.isNaN(stored)) return undefined;
      this.#total = layout.cumulative ? stored : this.#total + stored;
      return formatNumber(this.#total) + this.time() + this.exemplars(line);
    }
    const hasSum = layout.sum >= 0 && this.family.absentSums?.[this.row] !== 1;
    if (line === this.#sum) {
      if (!hasSum) return undefined;
      return formatNumber(this.number(layout.sum)) + this.time();
    }
    if (this.#sum >= 0 && line === this.#sum + 1) {
      if (this.#pairs && !hasSum) return undefined;
      return formatNumber(layout.count < 0 ? this.#total : this.number(layout.count)) + this.time();
    }
    const startMs = this.startMs();
    return Number.isNaN(startMs) ? undefined : `${startMs / 1000}${this.time()}`;
  }
}
