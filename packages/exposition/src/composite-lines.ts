import {
  type BucketColumns,
  bucketCount,
  type ClassicLayout,
  formatGoFloat,
  hasNumber,
  NO_NATIVE,
  type QuantileLayout,
  totalCount,
} from '@promwright/model';
import { formatNumber } from './format-number.ts';
import { LinePrefix } from './line-prefix.ts';
import { spansOf } from './native-spans.ts';
import { MultiLineSeries } from './series-lines.ts';

/** Lines of an OpenMetrics 2.0 histogram or summary: a single line per series, with all numbers of the series in braces. */
export class CompositeLines extends MultiLineSeries {
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

  #summary(layout: QuantileLayout): string {
    const values: string[] = [];
    for (let i = 0; i < layout.quantiles.length; i++) {
      if (!hasNumber(this.family, this.row, i)) continue;
      values.push(`${formatGoFloat(layout.quantiles[i]!, true)}:${formatNumber(this.number(i))}`);
    }
    return `${this.#countAndSum(layout)},quantile:[${values}]`;
  }

  #histogram(layout: ClassicLayout): string {
    const { bounds } = layout;
    const buckets: string[] = [];
    let below = 0;
    for (let i = 0; i <= bounds.length; i++) {
      if (!hasNumber(this.family, this.row, i)) continue;
      below = bucketCount(this.family, layout, this.row, i, below);
      buckets.push(`${formatGoFloat(bounds[i] ?? Infinity, true)}:${formatNumber(below)}`);
    }
    const native = this.#native();
    // A series with only native buckets has a single classic bucket, +Inf, which repeats the count.
    const nativeAlone = native !== '' && buckets.length === 1 && buckets[0]!.startsWith('+Inf:');
    const classic = nativeAlone ? '' : `,bucket:[${buckets}]`;
    return `${this.#countAndSum(layout)}${native}${classic}`;
  }

  /** Formats count and sum, which are mandatory in OpenMetrics 2.0: the family has both in every series. */
  #countAndSum(layout: ClassicLayout | QuantileLayout): string {
    const count = totalCount(this.family, layout, this.row);
    const sum = this.number(layout.sum);
    const gauge = this.family.type === 'gaugehistogram' ? 'g' : '';
    return `${gauge}count:${formatNumber(count)},${gauge}sum:${formatNumber(sum)}`;
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

  /** Formats one side of a native histogram; a side without buckets is an empty string. */
  #side(name: string, columns: BucketColumns): string {
    const { spans, counts } = spansOf(columns, this.row);
    if (spans.length === 0) return '';
    const spanTexts = spans.map(({ offset, length }) => `${offset}:${length}`);
    return `,${name}_spans:[${spanTexts}],${name}_buckets:[${counts.map(formatNumber)}]`;
  }

  /**
   * Formats the exemplars of the classic buckets. A series without classic exemplars shows the native ones, which otherwise would
   * only repeat the same observations.
   */
  #allExemplars(): string {
    const columns = this.family.exemplars;
    if (columns === undefined) return '';
    const [start, end] = [columns.offsets[this.row]!, columns.offsets[this.row + 1]!];
    const hasClassic = columns.buckets.subarray(start, end).some((bucket) => bucket >= 0);
    let text = '';
    for (let i = start; i < end; i++) {
      const isClassic = columns.buckets[i]! >= 0;
      if (isClassic === hasClassic) text += this.exemplar(columns.exemplars[i]!);
    }
    return text;
  }
}
