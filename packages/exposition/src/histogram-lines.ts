import {
  bucketCount,
  type ClassicLayout,
  type EscapingScheme,
  hasCount,
  hasNumber,
  type MetricFamily,
  totalCount,
} from '@promwright/model';
import type { Dialect } from './dialect.ts';
import { formatLabelPair, LinePrefix } from './line-prefix.ts';
import { MultiLineSeries, type Tail } from './series-lines.ts';

/** Lines of a histogram: one per bucket, sum, count, and the start time if the dialect shows start times as samples. */
export class HistogramLines extends MultiLineSeries {
  readonly perSeries: number;
  readonly #layout: ClassicLayout;
  /** Number of lines for buckets. */
  readonly #buckets: number;
  /** Cumulative count of the bucket line that was rendered last. */
  #below = 0;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    super(family, dialect, escaping);
    this.#layout = family.layout as ClassicLayout;
    const hasCreated = dialect.created && family.type === 'histogram' && family.startMs !== undefined;
    this.#buckets = this.#layout.bounds.length + 1;
    this.perSeries = this.#buckets + 2 + (hasCreated ? 1 : 0);
  }

  override select(row: number): void {
    super.select(row);
    this.#below = 0;
  }

  protected prefixes(): LinePrefix[] {
    const { bounds } = this.#layout;
    const suffixes = this.dialect.rules.suffixes(this.family.type);
    const prefixes = Array.from(
      { length: this.#buckets },
      (_, i) => new LinePrefix(`${this.name}_bucket`, formatLabelPair('le', this.dialect.bound(bounds[i] ?? Infinity))),
    );
    prefixes.push(new LinePrefix(this.name + suffixes.sum), new LinePrefix(this.name + suffixes.count));
    if (prefixes.length < this.perSeries) prefixes.push(new LinePrefix(`${this.name}_created`));
    return prefixes;
  }

  tail(line: number): Tail | undefined {
    const { family, row } = this;
    const layout = this.#layout;
    if (line < this.#buckets) {
      if (!hasNumber(family, row, line)) return undefined;
      this.#below = bucketCount(family, layout, row, line, this.#below);
      return this.tailOf(this.#below, this.exemplars(line));
    }
    if (line === this.#buckets) {
      return hasNumber(family, row, layout.sum) ? this.tailOf(this.number(layout.sum)) : undefined;
    }
    if (line === this.#buckets + 1) {
      return hasCount(family, layout, row) ? this.tailOf(totalCount(family, layout, row)) : undefined;
    }
    return this.created();
  }
}
