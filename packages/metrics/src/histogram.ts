import { type ClassicLayout, describeValue, type HistogramRow, typeError } from '@promwright/model';
import { checkBuckets, DEFAULT_BUCKETS } from './buckets.ts';
import { type ExemplarLabels, exemplarOf } from './exemplars/exemplar.ts';
import { exemplarColumns } from './exemplars/exemplar-columns.ts';
import {
  countInBucket,
  type HistogramConfig,
  HistogramExtras,
  observe,
  resetWhereDue,
} from './histogram-observation.ts';
import type { ExtraColumns } from './metric.ts';
import { type Labels, type MetricOptions, optionNames, type WithLabels } from './metric-options.ts';
import { nativeColumns } from './native/native-columns.ts';
import { checkNative, type NativeOptions, nativeParameters } from './native/native-options.ts';
import type { SeriesTable } from './series/series-table.ts';
import { withExpiry } from './series/with-expiry.ts';
import { type ExemplarArguments, TimedMetric, TimedSeries } from './timed-metric.ts';

/** Options of a histogram. */
export interface HistogramOptions<L extends string = never> extends MetricOptions<L> {
  /**
   * Upper bounds in rising order, without +Inf. Default .005 .01 .025 .05 .1 .25 .5 1 2.5 5 10, for durations in seconds.
   * `false` for no classic buckets, if there are native buckets.
   */
  readonly buckets?: readonly number[] | false;
  /**
   * Native buckets: fine buckets without chosen bounds, sent to servers that ask for protobuf. `true` for the default
   * options: at most 160 buckets, each bound at most 1.1 times the bound before. None by default.
   */
  readonly native?: boolean | NativeOptions;
}

const HISTOGRAM_OPTIONS = /* @__PURE__ */ optionNames({ buckets: true, native: true } satisfies Record<
  Exclude<keyof HistogramOptions, keyof MetricOptions>,
  true
>);

/** Buckets, count and sum of a series; `value()` returns them. */
export type HistogramValue = Pick<HistogramRow, 'buckets' | 'count'> & { readonly sum: number };

/** Handle of one series of a {@link Histogram}. Keep it in a variable on hot paths. */
export class HistogramSeries extends TimedSeries<HistogramExtras, ExemplarArguments> {
  readonly #config: HistogramConfig;

  constructor(table: SeriesTable<HistogramExtras>, slot: number, config: HistogramConfig) {
    super(table, slot);
    this.#config = config;
  }

  /**
   * Counts a value in its bucket. Infinities and NaN are counted too: NaN in the bucket +Inf and in no native bucket, and
   * the sum is NaN from then on. Anything but a number is reported
   * ({@link RegistryOptions.onInvalid}), and not counted; a wrong exemplar is reported and dropped alone.
   * @param exemplarLabels labels of an exemplar, which replaces the last exemplar of the bucket
   */
  observe(value: number, exemplarLabels?: ExemplarLabels): void {
    const config = this.#config;
    if (typeof value !== 'number') this.table.reportInvalid(notANumber(this.table.metric, value));
    else if (config.native !== undefined || exemplarLabels !== undefined) this.observeWithCare(value, exemplarLabels);
    else countInBucket(config.bounds, this.values, this.slot, value);
  }

  /** Returns the current buckets, count and sum, for tests; all zero once the series was removed. */
  value(): HistogramValue {
    return valueAt(this.table, this.removed ? -1 : this.slot, this.#config.bounds);
  }

  protected recordDuration(seconds: number, exemplarLabels: ExemplarLabels | undefined): void {
    this.observe(seconds, exemplarLabels);
  }

  private observeWithCare(value: number, exemplarLabels: ExemplarLabels | undefined): void {
    const table = this.table;
    const exemplar = exemplarOf(table, exemplarLabels, value);
    if (!this.removed) observe(this.#config, table, this.slot, value, exemplar);
  }
}

const ExpiringHistogramSeries = withExpiry(HistogramSeries, { observe: (value) => typeof value === 'number' });

/**
 * Counts observations such as durations by size, in buckets; Prometheus computes rates, averages and quantiles from them.
 *
 * @example
 * const duration = new Histogram({ name: 'job_duration_seconds', help: 'Duration of jobs.', labelNames: ['queue'] });
 * await duration.time({ queue: 'mail' }, () => send(mail));
 */
export class Histogram<L extends string = never> extends TimedMetric<
  L,
  HistogramSeries,
  HistogramExtras,
  ExemplarArguments
> {
  private readonly config: HistogramConfig;

  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: HistogramOptions<L>) {
    const name = String(options?.name);
    const native = checkNative(name, options?.native);
    const bounds = checkBuckets(name, options?.buckets ?? DEFAULT_BUCKETS, native !== undefined);
    super(options, {
      type: 'histogram',
      options: HISTOGRAM_OPTIONS,
      layout: layoutOf(bounds),
      hasStart: true,
      createExtras: native && (() => new HistogramExtras(native)),
      parameters: { buckets: bounds.join(' '), ...nativeParameters(native) },
    });
    this.config = { bounds, native };
  }

  /**
   * Counts a value in its bucket, in the series with these labels. Infinities and NaN are counted too: NaN in the bucket
   * +Inf and in no native bucket, and the sum is NaN from then on. Exemplar labels may have any names.
   * Anything but a number and wrong labels are reported ({@link RegistryOptions.onInvalid}), and not counted; a wrong exemplar is
   * reported and dropped alone.
   */
  observe(...args: WithLabels<L, [value: number, exemplarLabels?: ExemplarLabels]>): void;
  observe(first: Labels<string> | number, second?: number | ExemplarLabels, third?: ExemplarLabels): void {
    try {
      const isLabelled = typeof first === 'object' && first !== null;
      const value: unknown = isLabelled ? second : first;
      if (typeof value !== 'number') throw notANumber(this.name, value);
      const exemplarLabels = isLabelled ? third : second;
      const exemplar = exemplarOf(this.table, exemplarLabels as ExemplarLabels | undefined, value);
      const slot = this.slotOf(isLabelled ? first : undefined);
      observe(this.config, this.table, slot, value, exemplar);
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  /** Returns the current buckets, count and sum of the series with these labels, for tests; all zero if there is none. */
  value(...args: WithLabels<L, []>): HistogramValue;
  value(labels?: Labels<string>): HistogramValue {
    return valueAt(this.table, this.existingSlotOf(labels), this.config.bounds);
  }

  /**
   * Returns this histogram with some labels bound: its methods take only the other labels. Both count in the same series.
   * Wrong labels are reported, here and at each observation.
   */
  withLabels<K extends L>(labels: Labels<K>): Histogram<Exclude<L, K>> {
    return this.bindLabels(labels) as unknown as Histogram<Exclude<L, K>>;
  }

  protected recordDuration(labels: Labels<L>, seconds: number, exemplarLabels: ExemplarLabels | undefined): void {
    const exemplar = exemplarOf(this.table, exemplarLabels, seconds);
    const slot = this.slotOf(labels);
    observe(this.config, this.table, slot, seconds, exemplar);
  }

  protected createSeries(table: SeriesTable<HistogramExtras>, slot: number): HistogramSeries {
    const HandleClass = table.expires ? ExpiringHistogramSeries : HistogramSeries;
    return new HandleClass(table, slot, this.config);
  }

  protected override extraColumns(nowMs: number): ExtraColumns {
    const table = this.table;
    const { native } = this.config;
    if (native !== undefined) resetWhereDue(table, nowMs);
    return {
      ...exemplarColumns(table.size, table.extras, (extras, add) => extras.listExemplars(add)),
      ...(native && { native: nativeColumns(table.size, table.extras, native) }),
    };
  }
}

/** Returns the layout of the table: a number per bucket, not cumulative, then the sum. */
function layoutOf(bounds: Float64Array): ClassicLayout {
  const sum = bounds.length + 1;
  return { kind: 'classic', width: sum + 1, bounds, cumulative: false, sum, count: -1 };
}

function valueAt(table: SeriesTable<HistogramExtras>, slot: number, bounds: Float64Array): HistogramValue {
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

function notANumber(metric: string, value: unknown): TypeError {
  return typeError('INVALID_VALUE', `Histogram "${metric}" takes a number; got ${describeValue(value)}`);
}
