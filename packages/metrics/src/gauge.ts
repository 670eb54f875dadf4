import { describeValue, typeError } from '@promwright/model';
import { type Labels, type MetricOptions, optionNames, type WithLabels } from './metric-options.ts';
import type { SeriesTable } from './series/series-table.ts';
import { withExpiry } from './series/with-expiry.ts';
import { timed } from './stopwatch.ts';
import { TimedMetric, TimedSeries } from './timed-metric.ts';

/** Options of a gauge. */
export interface GaugeOptions<L extends string = never> extends MetricOptions<L> {
  /**
   * Function that sets the gauge to the measured value; called before every scrape. May be asynchronous; `signal` is aborted
   * once no scrape waits any longer. If the function throws, only this metric is missing from the scrape.
   */
  readonly collect?: (this: Gauge<L>, signal: AbortSignal) => void | PromiseLike<void>;
}

const GAUGE_OPTIONS = /* @__PURE__ */ optionNames({ collect: true } satisfies Record<
  Exclude<keyof GaugeOptions, keyof MetricOptions>,
  true
>);

/** Handle of one series of a {@link Gauge}. Keep it in a variable on hot paths. */
export class GaugeSeries extends TimedSeries {
  /**
   * Sets the gauge to `value`; NaN and infinities are allowed. Anything but a number is reported
   * ({@link RegistryOptions.onInvalid}), and the gauge keeps its value; so with all methods.
   */
  set(value: number): void {
    if (typeof value === 'number') this.values[this.slot] = value;
    else this.table.reportInvalid(notANumber(this.table.metric, value));
  }

  /** Adds `amount`, which may be negative. */
  inc(amount?: number): void {
    if (amount === undefined) amount = 1;
    else if (typeof amount !== 'number') {
      this.table.reportInvalid(notANumber(this.table.metric, amount));
      return;
    }
    this.values[this.slot]! += amount;
  }

  /** Subtracts `amount`, which may be negative. */
  dec(amount = 1): void {
    this.inc(typeof amount === 'number' ? -amount : amount);
  }

  /** Sets the gauge to the present time in seconds since the epoch. */
  setToCurrentTime(): void {
    this.set(Date.now() / 1000);
  }

  /**
   * Runs a function; the gauge is higher by 1 until the function returns, or until the returned promise settles. Until then the
   * series does not expire.
   */
  trackInProgress<R>(run: () => R): R {
    this.inc();
    // A series that came back from zero would go below zero at the end.
    this.table.hold(this);
    return timed(run, () => {
      this.table.release(this);
      this.dec();
    });
  }

  /** Returns the current value, for tests; 0 once the series was removed. */
  value(): number {
    return this.removed ? 0 : this.values[this.slot]!;
  }

  protected recordDuration(seconds: number): void {
    this.set(seconds);
  }
}

const ExpiringGaugeSeries = withExpiry(GaugeSeries, {
  set: (value) => typeof value === 'number',
  inc: (amount = 1) => typeof amount === 'number',
});

/**
 * Number that goes up and down, such as requests in flight or the length of a queue.
 *
 * @example
 * new Gauge({ name: 'queue_jobs', help: 'Jobs waiting.', async collect() { this.set(await queue.size()); } });
 */
export class Gauge<L extends string = never> extends TimedMetric<L, GaugeSeries> {
  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: GaugeOptions<L>) {
    super(options, { type: 'gauge', options: GAUGE_OPTIONS, layout: { kind: 'scalar', width: 1 }, hasStart: false });
    const { collect } = options;
    if (collect !== undefined) this.table.prepare = ({ signal }) => collect.call(this, signal);
  }

  /**
   * Sets the series with these labels to a value; NaN and infinities are allowed. Anything but a number and wrong labels are
   * reported ({@link RegistryOptions.onInvalid}), and change nothing; so with all methods.
   */
  set(...args: WithLabels<L, [value: number]>): void;
  set(first: Labels<string> | number, second?: number): void {
    try {
      const labels = labelsIn(first);
      const value = labels === undefined ? (first as number) : second;
      checkNumber(this.name, value);
      const slot = this.slotOf(labels);
      this.table.values[slot] = value;
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  /** Adds `amount` (default 1), which may be negative, to the series with these labels. */
  inc(...args: WithLabels<L, [amount?: number]>): void;
  inc(first?: Labels<string> | number, second?: number): void {
    const labels = labelsIn(first);
    const amount = labels === undefined ? (first as number | undefined) : second;
    this.add(labels, amount === undefined ? 1 : amount);
  }

  /** Subtracts `amount` (default 1), which may be negative, from the series with these labels. */
  dec(...args: WithLabels<L, [amount?: number]>): void;
  dec(first?: Labels<string> | number, second?: number): void {
    const labels = labelsIn(first);
    let amount = labels === undefined ? (first as number | undefined) : second;
    if (amount === undefined) amount = 1;
    this.add(labels, typeof amount === 'number' ? -amount : amount);
  }

  /** Sets the series with these labels to the present time in seconds since the epoch. */
  setToCurrentTime(...args: WithLabels<L, []>): void;
  setToCurrentTime(labels?: Labels<string>): void {
    this.put(labels, Date.now() / 1000);
  }

  /** Runs a function; the gauge is higher by 1 until the function returns, or until the returned promise settles. */
  trackInProgress<R>(...args: WithLabels<L, [run: () => R]>): R;
  trackInProgress<R>(first: Labels<string> | (() => R), second?: () => R): R {
    const [labels, run] = typeof first === 'function' ? [{}, first] : [first, second!];
    return this.labels(labels as Labels<L>).trackInProgress(run);
  }

  /** Returns the current value of the series with these labels, for tests; 0 if there is none. */
  value(...args: WithLabels<L, []>): number;
  value(labels?: Labels<string>): number {
    const slot = this.existingSlotOf(labels);
    return slot < 0 ? 0 : this.table.values[slot]!;
  }

  /**
   * Returns this gauge with some labels bound: its methods take only the other labels. Both set the same series. Wrong
   * labels are reported, here and at each observation.
   */
  withLabels<K extends L>(labels: Labels<K>): Gauge<Exclude<L, K>> {
    return this.bindLabels(labels) as unknown as Gauge<Exclude<L, K>>;
  }

  protected createSeries(table: SeriesTable, slot: number): GaugeSeries {
    return table.expires ? new ExpiringGaugeSeries(table, slot) : new GaugeSeries(table, slot);
  }

  protected recordDuration(labels: Labels<L>, seconds: number): void {
    this.put(labels, seconds);
  }

  private put(labels: Labels<string> | undefined, value: number): void {
    try {
      const slot = this.slotOf(labels);
      this.table.values[slot] = value;
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  private add(labels: Labels<string> | undefined, amount: number): void {
    try {
      checkNumber(this.name, amount);
      const slot = this.slotOf(labels);
      this.table.values[slot]! += amount;
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }
}

/** Returns the labels of a call. In this module, because an imported function costs the hot paths a tenth. */
function labelsIn(first: Labels<string> | number | undefined): Labels<string> | undefined {
  return typeof first === 'object' && first !== null ? first : undefined;
}

function checkNumber(metric: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') throw notANumber(metric, value);
}

function notANumber(metric: string, value: unknown): TypeError {
  return typeError('INVALID_VALUE', `Gauge "${metric}" takes a number; got ${describeValue(value)}`);
}
