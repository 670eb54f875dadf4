import {
  bucketCount,
  type ClassicLayout,
  type EscapingScheme,
  hasSum,
  type MetricFamily,
  rowSum,
  totalCount,
} from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { formatNumber } from './format-number.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries } from './series-lines.ts';

/** Lines of a histogram: one per bucket, sum, count, and the start time if the dialect shows start times as samples. */
export class HistogramLines extends MultiLineSeries {
  readonly perSeries: number;
  readonly #layout: ClassicLayout;
  /** True if the dialect shows sum and count only together. */
  readonly #pairs: boolean;
  /** Number of lines for buckets. */
  readonly #buckets: number;
  /** Index of the sum's line, which precedes the count's line; -1 if the family shows neither. */
  readonly #sum: number;
  /** Cumulative count of the bucket line that was rendered last. */
  #below = 0;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    this.#layout = family.layout as ClassicLayout;
    const hasCreated = dialect.created && family.type === 'histogram' && family.startMs !== undefined;
    // The sum of possibly negative values is no counter, and without a sum the dialect allows no count.
    this.#pairs = dialect.pairsSumAndCount && family.type === 'histogram';
    const showsSum = !(this.#pairs && (this.#layout.bounds[0] ?? 0) < 0);
    this.#buckets = this.#layout.bounds.length + 1;
    this.#sum = showsSum ? this.#buckets : -1;
    this.perSeries = this.#buckets + (showsSum ? 2 : 0) + (hasCreated ? 1 : 0);
  }

  override select(row: number): void {
    super.select(row);
    this.#below = 0;
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
    const { family, row } = this;
    const layout = this.#layout;
    if (line < this.#buckets) {
      const count = bucketCount(family, layout, row, line, this.#below);
      if (Number.isNaN(count)) return undefined;
      this.#below = count;
      return formatNumber(count) + this.time() + this.exemplars(line);
    }
    if (line === this.#sum) {
      if (!hasSum(family, layout, row)) return undefined;
      return formatNumber(rowSum(family, layout, row)) + this.time();
    }
    if (this.#sum >= 0 && line === this.#sum + 1) {
      if (this.#pairs && !hasSum(family, layout, row)) return undefined;
      return formatNumber(totalCount(family, layout, row)) + this.time();
    }
    const startMs = this.startMs();
    return Number.isNaN(startMs) ? undefined : `${startMs / 1000}${this.time()}`;
  }
}
