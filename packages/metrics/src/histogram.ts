import { type ClassicLayout, describeValue, type HistogramRow, typeError } from '@promwright/model';
import { checkBuckets, DEFAULT_BUCKETS } from './buckets.ts';
import type { Labels, MetricOptions, WithLabels } from './metric-options.ts';
import { type SeriesTable, SLOT, TABLE } from './series-table.ts';
import { TimedMetric, TimedSeries } from './timed-metric.ts';

/** What a histogram is made with. */
export interface HistogramOptions<L extends string = never> extends MetricOptions<L> {
  /**
   * Upper bounds in rising order, without +Inf. Default .005 .01 .025 .05 .1 .25 .5 1 2.5 5 10, which suits durations in
   * seconds.
   */
  readonly buckets?: readonly number[];
}

/** What a histogram's series holds, as `value()` returns it. */
export type HistogramValue = Pick<HistogramRow, 'buckets' | 'count'> & { readonly sum: number };

/** One series of a {@link Histogram}. Hold it in a variable on hot paths. */
export class HistogramSeries extends TimedSeries {
  readonly #bounds: Float64Array;

  constructor(table: SeriesTable, slot: number, bounds: Float64Array) {
    super(table, slot);
    this.#bounds = bounds;
  }

  /**
   * Counts a value in its bucket. Infinities and NaN are counted too; NaN in the bucket +Inf, and the sum is NaN from then
   * on.
   * @throws TypeError with code `INVALID_VALUE` for anything but a number
   */
  observe(value: number): void {
    const table = this[TABLE];
    checkNumber(table.metric, value);
    const slot = this[SLOT];
    if (slot >= 0) record(table, slot, this.#bounds, value);
  }

  /** What it holds now, for tests; all zero once the series was removed. */
  value(): HistogramValue {
    return valueAt(this[TABLE], this[SLOT], this.#bounds);
  }

  protected recordDuration(seconds: number): void {
    this.observe(seconds);
  }
}

/**
 * Counts observations such as durations by size, in buckets; Prometheus computes rates, averages and quantiles from it.
 *
 * @example
 * const duration = new Histogram({ name: 'job_duration_seconds', help: 'Duration of jobs.', labelNames: ['queue'] });
 * await duration.time({ queue: 'mail' }, () => send(mail));
 */
export class Histogram<L extends string = never> extends TimedMetric<L, HistogramSeries> {
  readonly #bounds: Float64Array;

  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: HistogramOptions<L>) {
    const bounds = checkBuckets(String(options?.name), options?.buckets ?? DEFAULT_BUCKETS);
    super(options, {
      type: 'histogram',
      layout: layoutOf(bounds),
      hasStart: true,
      parameters: { buckets: bounds.join(' ') },
    });
    this.#bounds = bounds;
  }

  /**
   * Counts a value in its bucket, in the series with these labels. Infinities and NaN are counted too; NaN in the bucket
   * +Inf, and the sum is NaN from then on.
   * @throws for anything but a number or for wrong labels; nothing is then changed
   */
  observe(...args: WithLabels<L, [value: number]>): void;
  observe(first: Labels<string> | number, second?: number): void {
    const labels = typeof first === 'object' && first !== null ? first : undefined;
    const value = labels === undefined ? (first as number) : second;
    checkNumber(this.name, value);
    const slot = this.slotOf(labels);
    record(this[TABLE], slot, this.#bounds, value);
  }

  /** What the series with these labels holds now, for tests; all zero if there is none. */
  value(...args: WithLabels<L, []>): HistogramValue;
  value(labels?: Labels<string>): HistogramValue {
    return valueAt(this[TABLE], this.existingSlotOf(labels), this.#bounds);
  }

  protected recordDuration(labels: Labels<L>, seconds: number): void {
    const slot = this.slotOf(labels);
    record(this[TABLE], slot, this.#bounds, seconds);
  }

  protected createSeries(table: SeriesTable, slot: number): HistogramSeries {
    return new HistogramSeries(table, slot, this.#bounds);
  }
}

/** One number per bucket, counting only what is above the bound before, then the sum. */
function layoutOf(bounds: Float64Array): ClassicLayout {
  const sum = bounds.length + 1;
  return { kind: 'classic', width: sum + 1, bounds, cumulative: false, sum, count: -1 };
}

function record(table: SeriesTable, slot: number, bounds: Float64Array, value: number): void {
  const { values, width } = table;
  const start = slot * width;
  const last = bounds.length;
  let bucket = 0;
  // Written this way round so that NaN passes all bounds and ends in +Inf.
  while (bucket < last && !(value <= bounds[bucket]!)) bucket++;
  values[start + bucket]!++;
  values[start + width - 1]! += value;
}

function valueAt(table: SeriesTable, slot: number, bounds: Float64Array): HistogramValue {
  const buckets: { le: number; count: number }[] = [];
  const start = slot * table.width;
  const at = (offset: number) => (slot < 0 ? 0 : table.values[start + offset]!);
  let count = 0;
  for (let i = 0; i <= bounds.length; i++) {
    count += at(i);
    buckets.push({ le: bounds[i] ?? Infinity, count });
  }
  return { buckets, count, sum: at(bounds.length + 1) };
}

function checkNumber(metric: string, value: unknown): asserts value is number {
  if (typeof value === 'number') return;
  throw typeError('INVALID_VALUE', `Histogram "${metric}" takes a number; got ${describeValue(value)}`);
}
