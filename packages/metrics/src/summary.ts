import { describeValue, typeError } from '@promwright/model';
import type { ExtraColumns } from './metric.ts';
import { type Labels, type MetricOptions, optionNames, type WithLabels } from './metric-options.ts';
import type { SeriesTable } from './series/series-table.ts';
import { withExpiry } from './series/with-expiry.ts';
import { QuantileWindow } from './summary/quantile-window.ts';
import { summaryColumns } from './summary/summary-columns.ts';
import {
  checkQuantiles,
  type QuantileConfig,
  type QuantileOptions,
  quantileParameters,
} from './summary/summary-options.ts';
import { TimedMetric, TimedSeries } from './timed-metric.ts';

const COUNT = 0;
const SUM = 1;

/** Options of a summary. */
export interface SummaryOptions<L extends string = never> extends MetricOptions<L>, QuantileOptions {}

const SUMMARY_OPTIONS = /* @__PURE__ */ optionNames({
  quantiles: true,
  maxAgeMs: true,
  ageBuckets: true,
  relativeError: true,
} satisfies Record<Exclude<keyof SummaryOptions, keyof MetricOptions>, true>);

/** Count and sum of a series; `value()` returns them. */
export interface SummaryValue {
  readonly count: number;
  readonly sum: number;
}

/** Handle of one series of a {@link Summary}. Keep it in a variable on hot paths. */
export class SummarySeries extends TimedSeries<QuantileWindow> {
  readonly #config: QuantileConfig | undefined;

  constructor(table: SeriesTable<QuantileWindow>, slot: number, config: QuantileConfig | undefined) {
    super(table, slot);
    this.#config = config;
  }

  /**
   * Counts a value and adds it to the sum; NaN is in no quantile, and the sum is NaN from then on. Anything but a number is
   * reported ({@link RegistryOptions.onInvalid}), and not counted.
   */
  observe(value: number): void {
    const table = this.table;
    if (typeof value !== 'number') table.reportInvalid(notANumber(table.metric, value));
    else if (!this.removed) observe(table, this.slot, this.#config, value);
  }

  /** Returns the current count and sum, for tests; zero once the series was removed. */
  value(): SummaryValue {
    return valueAt(this.table, this.removed ? -1 : this.slot);
  }

  protected recordDuration(seconds: number): void {
    this.observe(seconds);
  }
}

const ExpiringSummarySeries = withExpiry(SummarySeries, { observe: (value) => typeof value === 'number' });

/**
 * Counts observations and adds them up, so that Prometheus can compute rates and averages; with the option `quantiles`, also
 * computes quantiles over the last minutes.
 *
 * @example
 * const sizes = new Summary({ name: 'upload_size_bytes', help: 'Sizes of uploads.', quantiles: [0.5, 0.99] });
 * sizes.observe(file.size);
 */
export class Summary<L extends string = never> extends TimedMetric<L, SummarySeries, QuantileWindow> {
  private readonly config: QuantileConfig | undefined;

  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: SummaryOptions<L>) {
    const config = checkQuantiles(String(options?.name), options);
    const quantiles = config?.quantiles ?? new Float64Array(0);
    const { length } = quantiles;
    super(options, {
      type: 'summary',
      options: SUMMARY_OPTIONS,
      layout: { kind: 'quantile', width: length + 2, quantiles, count: length + COUNT, sum: length + SUM },
      width: 2,
      hasStart: true,
      parameters: quantileParameters(config),
    });
    this.config = config;
  }

  /**
   * Counts a value and adds it to the sum, in the series with these labels; NaN is in no quantile, and the sum is NaN from
   * then on. Anything but a number and wrong labels are reported ({@link RegistryOptions.onInvalid}), and not counted.
   */
  observe(...args: WithLabels<L, [value: number]>): void;
  observe(first: Labels<string> | number, second?: number): void {
    try {
      const labels = typeof first === 'object' && first !== null ? first : undefined;
      const value = labels === undefined ? (first as number) : second;
      if (typeof value !== 'number') throw notANumber(this.name, value);
      const slot = this.slotOf(labels);
      observe(this.table, slot, this.config, value);
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  /** Returns the current count and sum of the series with these labels, for tests; zero if there is none. */
  value(...args: WithLabels<L, []>): SummaryValue;
  value(labels?: Labels<string>): SummaryValue {
    return valueAt(this.table, this.existingSlotOf(labels));
  }

  /**
   * Returns this summary with some labels bound: its methods take only the other labels. Both count in the same series.
   * Wrong labels are reported, here and at each observation.
   */
  withLabels<K extends L>(labels: Labels<K>): Summary<Exclude<L, K>> {
    return this.bindLabels(labels) as unknown as Summary<Exclude<L, K>>;
  }

  protected recordDuration(labels: Labels<L>, seconds: number): void {
    const slot = this.slotOf(labels);
    observe(this.table, slot, this.config, seconds);
  }

  protected createSeries(table: SeriesTable<QuantileWindow>, slot: number): SummarySeries {
    const HandleClass = table.expires ? ExpiringSummarySeries : SummarySeries;
    return new HandleClass(table, slot, this.config);
  }

  protected override extraColumns(nowMs: number): ExtraColumns {
    return this.config === undefined ? {} : summaryColumns(this.table, this.config, nowMs);
  }
}

function observe(
  table: SeriesTable<QuantileWindow>,
  slot: number,
  config: QuantileConfig | undefined,
  value: number,
): void {
  const { values, width } = table;
  values[slot * width + COUNT]!++;
  values[slot * width + SUM]! += value;
  if (config === undefined) return;
  // Windows follow the time that has passed, whatever happens to the clock of the system.
  const nowMs = performance.now();
  let window = table.extras[slot];
  if (window === undefined) {
    window = new QuantileWindow(config, nowMs);
    table.extras[slot] = window;
  }
  window.observe(value, nowMs);
}

function valueAt(table: SeriesTable<QuantileWindow>, slot: number): SummaryValue {
  if (slot < 0) return { count: 0, sum: 0 };
  const start = slot * table.width;
  return { count: table.values[start + COUNT]!, sum: table.values[start + SUM]! };
}

function notANumber(metric: string, value: unknown): TypeError {
  return typeError('INVALID_VALUE', `Summary "${metric}" takes a number; got ${describeValue(value)}`);
}
