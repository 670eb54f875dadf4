import { describeValue, typeError } from '@promwright/model';
import type { Labels, MetricOptions, WithLabels } from './metric-options.ts';
import { type SeriesTable, SLOT, TABLE } from './series-table.ts';
import { TimedMetric, TimedSeries } from './timed-metric.ts';

const COUNT = 0;
const SUM = 1;

/** What a summary is made with. */
export interface SummaryOptions<L extends string = never> extends MetricOptions<L> {}

/** What a summary's series holds, as `value()` returns it. */
export interface SummaryValue {
  readonly count: number;
  readonly sum: number;
}

/** One series of a {@link Summary}. Hold it in a variable on hot paths. */
export class SummarySeries extends TimedSeries {
  /**
   * Counts a value and adds it to the sum.
   * @throws TypeError with code `INVALID_VALUE` for anything but a number
   */
  observe(value: number): void {
    const table = this[TABLE];
    checkNumber(table.metric, value);
    const slot = this[SLOT];
    if (slot >= 0) record(table, slot, value);
  }

  /** What it holds now, for tests; all zero once the series was removed. */
  value(): SummaryValue {
    return valueAt(this[TABLE], this[SLOT]);
  }

  protected recordDuration(seconds: number): void {
    this.observe(seconds);
  }
}

/**
 * Counts observations and adds them up; Prometheus computes rates and averages from it.
 *
 * @example
 * const sizes = new Summary({ name: 'upload_size_bytes', help: 'Sizes of uploads.' });
 * sizes.observe(file.size);
 */
export class Summary<L extends string = never> extends TimedMetric<L, SummarySeries> {
  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: SummaryOptions<L>) {
    super(options, {
      type: 'summary',
      layout: { kind: 'quantile', width: 2, quantiles: new Float64Array(0), count: COUNT, sum: SUM },
      hasStart: true,
    });
  }

  /**
   * Counts a value and adds it to the sum, in the series with these labels.
   * @throws for anything but a number or for wrong labels; nothing is then changed
   */
  observe(...args: WithLabels<L, [value: number]>): void;
  observe(first: Labels<string> | number, second?: number): void {
    const labels = typeof first === 'object' && first !== null ? first : undefined;
    const value = labels === undefined ? (first as number) : second;
    checkNumber(this.name, value);
    const slot = this.slotOf(labels);
    record(this[TABLE], slot, value);
  }

  /** What the series with these labels holds now, for tests; all zero if there is none. */
  value(...args: WithLabels<L, []>): SummaryValue;
  value(labels?: Labels<string>): SummaryValue {
    return valueAt(this[TABLE], this.existingSlotOf(labels));
  }

  protected recordDuration(labels: Labels<L>, seconds: number): void {
    const slot = this.slotOf(labels);
    record(this[TABLE], slot, seconds);
  }

  protected createSeries(table: SeriesTable, slot: number): SummarySeries {
    return new SummarySeries(table, slot);
  }
}

function record(table: SeriesTable, slot: number, value: number): void {
  const { values, width } = table;
  values[slot * width + COUNT]!++;
  values[slot * width + SUM]! += value;
}

function valueAt(table: SeriesTable, slot: number): SummaryValue {
  if (slot < 0) return { count: 0, sum: 0 };
  const start = slot * table.width;
  return { count: table.values[start + COUNT]!, sum: table.values[start + SUM]! };
}

function checkNumber(metric: string, value: unknown): asserts value is number {
  if (typeof value === 'number') return;
  throw typeError('INVALID_VALUE', `Summary "${metric}" takes a number; got ${describeValue(value)}`);
}
