import { describeValue, rangeError } from '@promwright/model';
import { HeldSeries, Metric } from './metric.ts';
import type { Labels, MetricOptions, WithLabels } from './metric-options.ts';
import { type SeriesTable, SLOT, TABLE } from './series-table.ts';

/** What a counter is made with. */
export interface CounterOptions<L extends string = never> extends MetricOptions<L> {}

/** One series of a {@link Counter}. Hold it in a variable on hot paths. */
export class CounterSeries extends HeldSeries {
  /**
   * Adds `amount`, which must not be negative. Costs a few nanoseconds.
   * @throws RangeError with code `INVALID_VALUE`; the count stays as it was
   */
  inc(amount = 1): void {
    const table = this[TABLE];
    checkIncrease(table.metric, amount);
    const slot = this[SLOT];
    if (slot >= 0) table.values[slot]! += amount;
  }

  /** What it holds now, for tests; 0 once the series was removed. */
  value(): number {
    return this[SLOT] < 0 ? 0 : this[TABLE].values[this[SLOT]]!;
  }
}

/**
 * A number that only goes up, such as requests served; Prometheus computes rates from it.
 *
 * @example
 * const requests = new Counter({ name: 'http_requests_total', help: 'Requests served.', labelNames: ['method', 'status'] });
 * requests.inc({ method: 'GET', status: 200 });
 */
export class Counter<L extends string = never> extends Metric<L, CounterSeries> {
  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: CounterOptions<L>) {
    super(options, { type: 'counter', layout: { kind: 'scalar', width: 1 }, hasStart: true });
  }

  /**
   * Adds `amount` (default 1), which must not be negative, to the series with these labels.
   * @throws for a wrong amount or wrong labels; nothing is then changed
   */
  inc(...args: WithLabels<L, [amount?: number]>): void;
  inc(first?: Labels<string> | number, second?: number): void {
    const labels = typeof first === 'object' && first !== null ? first : undefined;
    const given = labels === undefined ? (first as number | undefined) : second;
    const amount = given === undefined ? 1 : given;
    checkIncrease(this.name, amount);
    // Looked up before `values` is read, because a new series may replace it.
    const slot = this.slotOf(labels);
    this[TABLE].values[slot]! += amount;
  }

  /** What the series with these labels holds now, for tests; 0 if there is none. */
  value(...args: WithLabels<L, []>): number;
  value(labels?: Labels<string>): number {
    const slot = this.existingSlotOf(labels);
    return slot < 0 ? 0 : this[TABLE].values[slot]!;
  }

  protected createSeries(table: SeriesTable, slot: number): CounterSeries {
    return new CounterSeries(table, slot);
  }
}

function checkIncrease(metric: string, amount: unknown): void {
  // A text would be appended to the number, NaN and Infinity would stay in it for ever.
  if (typeof amount === 'number' && amount >= 0 && amount < Infinity) return;
  throw rangeError(
    'INVALID_VALUE',
    `Counter "${metric}" can only increase by a finite number; got ${describeValue(amount)}`,
  );
}
