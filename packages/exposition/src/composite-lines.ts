import {
  type BucketColumns,
  type ClassicLayout,
  formatGoFloat,
  NO_NATIVE,
  type QuantileLayout,
} from '@promwright/model';
import { formatNumber } from './escape-text.ts';
import type { FamilyLines } from './family-lines.ts';
import { LinePrefix } from './line-prefix.ts';
import { spansOf } from './native-spans.ts';
import { MultiLineSeries } from './series-lines.ts';

/** Histograms and summaries of OpenMetrics 2.0: one line per series, with everything in braces. */
export class CompositeLines extends MultiLineSeries implements FamilyLines {
  readonly perSeries = 1;

  protected prefixes(): LinePrefix[] {
    return [new LinePrefix(this.name)];
  }

  tail(): string {
    const { layout, type } = this.family;
    const value = layout.kind === 'classic' ? this.#histogram(layout) : this.#summary(layout as QuantileLayout);
    const startMs = this.startMs();
    const start = Number.isNaN(startMs) || type === 'gaugehistogram' ? '' : ` st@${startMs / 1000}`;
    return `{${value}}${this.time()}${start}${this.#allExemplars()}`;
  }

  #summary({ quantiles, count, sum }: QuantileLayout): string {
    const values = Array.from(
      quantiles,
      (quantile, i) => `${formatGoFloat(quantile, true)}:${formatNumber(this.number(i))}`,
    );
    return `${this.#countAndSum(count < 0 ? Number.NaN : this.number(count), sum)},quantile:[${values}]`;
  }

  #histogram({ bounds, cumulative, count, sum }: ClassicLayout): string {
    const buckets: string[] = [];
    let total = 0;
    for (let i = 0; i <= bounds.length; i++) {
      const stored = this.number(i);
      if (cumulative && Number.isNaN(stored)) continue;
      total = cumulative ? stored : total + stored;
      buckets.push(`${formatGoFloat(bounds[i] ?? Infinity, true)}:${formatNumber(total)}`);
    }
    const native = this.#native();
    // A series of native buckets alone has of the classic ones only +Inf, which says no more than the count.
    const nativeAlone = native !== '' && buckets.length === 1 && buckets[0]!.startsWith('+Inf:');
    const classic = nativeAlone ? '' : `,bucket:[${buckets}]`;
    return `${this.#countAndSum(count < 0 ? total : this.number(count), sum)}${native}${classic}`;
  }

  /** Both are mandatory there; one that the series does not have is NaN. */
  #countAndSum(count: number, sumOffset: number): string {
    const names = this.dialect.suffixes(this.family.type);
    const hasSum = sumOffset >= 0 && this.family.absentSums?.[this.row] !== 1;
    const sum = hasSum ? this.number(sumOffset) : Number.NaN;
    return `${names.count}:${formatNumber(count)},${names.sum}:${formatNumber(sum)}`;
  }

  #native(): string {
    const { native } = this.family;
    const schema = native?.schemas[this.row] ?? NO_NATIVE;
    if (native === undefined || schema === NO_NATIVE) return '';
    const zeroThreshold = formatNumber(native.zeroThresholds[this.row]!);
    const zeroCount = formatNumber(native.zeroCounts[this.row]!);
    const negative = this.#side('negative', native.negative);
    const positive = this.#side('positive', native.positive);
    return `,schema:${schema},zero_threshold:${zeroThreshold},zero_count:${zeroCount}${negative}${positive}`;
  }

  /** A side without buckets is left out. */
  #side(name: string, columns: BucketColumns): string {
    const { spans, counts } = spansOf(columns, this.row);
    if (spans.length === 0) return '';
    const spanTexts = spans.map(({ offset, length }) => `${offset}:${length}`);
    return `,${name}_spans:[${spanTexts}],${name}_buckets:[${counts.map(formatNumber)}]`;
  }

  /** Where classic and native ones are kept apart, the classic ones; both sets hold the same observations. */
  #allExemplars(): string {
    const columns = this.family.exemplars;
    if (columns === undefined) return '';
    const [start, end] = [columns.offsets[this.row]!, columns.offsets[this.row + 1]!];
    const hasClassic = columns.buckets.subarray(start, end).some((bucket) => bucket >= 0);
    let text = '';
    for (let i = start; i < end; i++) {
      if (hasClassic === columns.buckets[i]! >= 0) text += this.exemplar(columns.exemplars[i]!);
    }
    return text;
  }
}
