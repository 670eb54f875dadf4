import { describeValue, type Exemplar, rangeError, typeError } from '@promwright/model';
import { countExceptions } from './count-exceptions.ts';
import { type ExemplarLabels, exemplarOf } from './exemplars/exemplar.ts';
import { exemplarColumns } from './exemplars/exemplar-columns.ts';
import { type ExtraColumns, Metric } from './metric.ts';
import { type Labels, type MetricOptions, optionNames, type WithLabels } from './metric-options.ts';
import { Series } from './series/series.ts';
import type { SeriesTable } from './series/series-table.ts';
import { withExpiry } from './series/with-expiry.ts';

/** Class of errors, for `instanceof`. */
export type ErrorClass = abstract new (...args: never[]) => unknown;

/** Options of a counter. */
export interface CounterOptions<L extends string = never> extends MetricOptions<L> {
  /**
   * Function that sets the counter to a total counted elsewhere; called before every scrape. May be asynchronous; `signal`
   * is aborted once no scrape waits any longer. If the function throws, only this metric is missing from the scrape.
   */
  readonly collect?: (this: CountedElsewhere<L>, signal: AbortSignal) => void | PromiseLike<void>;
}

const COUNTER_OPTIONS = /* @__PURE__ */ optionNames({ collect: true } satisfies Record<
  Exclude<keyof CounterOptions, keyof MetricOptions>,
  true
>);

/** Type of `this` in the `collect` option of a counter. */
export interface CountedElsewhere<L extends string = never> {
  /**
   * Sets the series with these labels to a total. A lower total than before means that the source has begun again at zero,
   * and sets a new start time.
   */
  set(...args: WithLabels<L, [total: number]>): void;
  /** Removes all series. */
  clear(): void;
}

/** Handle of one series of a {@link Counter}. Keep it in a variable on hot paths. */
export class CounterSeries extends Series<Exemplar> {
  /**
   * Adds `amount`, which must not be negative. Costs a few nanoseconds. A wrong amount is reported
   * ({@link RegistryOptions.onInvalid}), and nothing is added; a wrong exemplar is reported and dropped alone.
   * @param exemplarLabels labels of an exemplar, which replaces the series' last exemplar
   */
  inc(amount?: number, exemplarLabels?: ExemplarLabels): void {
    if (amount === undefined) amount = 1;
    else if (!isIncrease(amount)) {
      this.table.reportInvalid(notAnIncrease(this.table.metric, amount));
      return;
    }
    if (exemplarLabels !== undefined) this.keepExemplar(amount, exemplarLabels);
    this.values[this.slot]! += amount;
  }

  /**
   * Runs a function and adds 1 if it throws, or if the promise that it returns rejects. With `errorClass`, counts only
   * errors of that class. Passes the result or the error on.
   */
  countExceptions<R>(run: () => R, errorClass?: ErrorClass): R {
    return countExceptions(run, (error) => {
      if (isErrorOf(this.table, error, errorClass)) this.inc();
    });
  }

  /** Returns the current count, for tests; 0 once the series was removed. */
  value(): number {
    return this.removed ? 0 : this.values[this.slot]!;
  }

  private keepExemplar(amount: number, exemplarLabels: ExemplarLabels): void {
    const table = this.table;
    const exemplar = exemplarOf(table, exemplarLabels, amount);
    if (exemplar !== undefined && !this.removed) table.extras[this.slot] = exemplar;
  }
}

const ExpiringCounterSeries = withExpiry(CounterSeries, { inc: (amount = 1) => isIncrease(amount) });

/**
 * Number that only goes up, such as requests served; Prometheus computes rates from it.
 *
 * @example
 * const requests = new Counter({ name: 'http_requests_total', help: 'Requests served.', labelNames: ['method', 'status'] });
 * requests.inc({ method: 'GET', status: 200 });
 */
export class Counter<L extends string = never> extends Metric<L, CounterSeries, Exemplar> {
  /** @throws for a wrong option or a name that is taken by another definition; nothing is then registered */
  constructor(options: CounterOptions<L>) {
    super(options, { type: 'counter', options: COUNTER_OPTIONS, layout: { kind: 'scalar', width: 1 }, hasStart: true });
    const { collect } = options;
    if (collect !== undefined) {
      const elsewhere: CountedElsewhere<L> = {
        set: (...args: unknown[]) => this.setTotal(args as [Labels<string>, number] | [number]),
        clear: () => this.clear(),
      };
      this.table.prepare = ({ signal }) => collect.call(elsewhere, signal);
    }
  }

  /**
   * Adds `amount` (default 1), which must not be negative, to the series with these labels. Exemplar labels, such as
   * `{ trace_id }`, may have any names; the exemplar replaces the series' last exemplar. A wrong amount or label is
   * reported ({@link RegistryOptions.onInvalid}), and nothing is added; a wrong exemplar is reported and dropped alone.
   */
  inc(...args: WithLabels<L, [amount?: number, exemplarLabels?: ExemplarLabels]>): void;
  inc(first?: Labels<string> | number, second?: number | ExemplarLabels, third?: ExemplarLabels): void {
    try {
      const isLabelled = typeof first === 'object' && first !== null;
      // The most common call takes a tenth less time by this shorter way.
      if (isLabelled && second === undefined && third === undefined) {
        const slot = this.slotOf(first);
        this.table.values[slot]! += 1;
        return;
      }
      let amount: unknown = isLabelled ? second : first;
      if (amount === undefined) amount = 1;
      checkIncrease(this.name, amount);
      const exemplarLabels = isLabelled ? third : second;
      const exemplar = exemplarOf(this.table, exemplarLabels as ExemplarLabels | undefined, amount);
      // Looked up before `values` is read, because a new series may replace the array.
      const slot = this.slotOf(isLabelled ? first : undefined);
      const table = this.table;
      table.values[slot]! += amount;
      if (exemplar !== undefined) table.extras[slot] = exemplar;
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }

  /**
   * Runs a function and adds 1 if it throws, or if the promise that it returns rejects. With `errorClass`, counts only
   * errors of that class. Passes the result or the error on.
   */
  countExceptions<R>(...args: WithLabels<L, [run: () => R, errorClass?: ErrorClass]>): R;
  countExceptions<R>(first: Labels<string> | (() => R), second?: (() => R) | ErrorClass, third?: ErrorClass): R {
    if (typeof first === 'function') {
      return this.labels({} as Labels<L>).countExceptions(first, second as ErrorClass | undefined);
    }
    return this.labels(first as Labels<L>).countExceptions(second as () => R, third);
  }

  /** Returns the current count of the series with these labels, for tests; 0 if there is none. */
  value(...args: WithLabels<L, []>): number;
  value(labels?: Labels<string>): number {
    const slot = this.existingSlotOf(labels);
    return slot < 0 ? 0 : this.table.values[slot]!;
  }

  /**
   * Returns this counter with some labels bound: its methods take only the other labels. Both count in the same series. Wrong
   * labels are reported, here and at each observation.
   */
  withLabels<K extends L>(labels: Labels<K>): Counter<Exclude<L, K>> {
    return this.bindLabels(labels) as unknown as Counter<Exclude<L, K>>;
  }

  protected createSeries(table: SeriesTable<Exemplar>, slot: number): CounterSeries {
    return table.expires ? new ExpiringCounterSeries(table, slot) : new CounterSeries(table, slot);
  }

  protected override extraColumns(): ExtraColumns {
    const { extras, size } = this.table;
    return exemplarColumns(size, extras, (exemplar, add) => add(exemplar, -1));
  }

  private setTotal(args: [Labels<string>, number] | [number]): void {
    try {
      const [labels, total] = args.length === 1 ? [undefined, args[0]] : args;
      checkIncrease(this.name, total);
      const slot = this.slotOf(labels);
      const table = this.table;
      if (total < table.values[slot]!) table.restart(slot, Date.now());
      table.values[slot] = total;
    } catch (error) {
      this.table.reportInvalid(error);
    }
  }
}

/** Returns true if an error is of a class, or for no class. A class that is no class is reported. */
function isErrorOf(table: SeriesTable<Exemplar>, error: unknown, errorClass: ErrorClass | undefined): boolean {
  try {
    return errorClass === undefined || error instanceof errorClass;
  } catch {
    const found = describeValue(errorClass);
    table.reportInvalid(typeError('INVALID_VALUE', `Counter "${table.metric}" counts errors of a class; got ${found}`));
    return false;
  }
}

function isIncrease(amount: unknown): amount is number {
  // A string would be appended to the number; NaN and Infinity would stay in the count for ever.
  return typeof amount === 'number' && amount >= 0 && amount < Infinity;
}

function checkIncrease(metric: string, amount: unknown): asserts amount is number {
  if (!isIncrease(amount)) throw notAnIncrease(metric, amount);
}

function notAnIncrease(metric: string, amount: unknown): RangeError {
  return rangeError(
    'INVALID_VALUE',
    `Counter "${metric}" can only increase by a finite number; got ${describeValue(amount)}`,
  );
}
