import {
  type Collector,
  type FamilyDescription,
  type FamilyInput,
  familyFromRows,
  type MetricFamily,
  type Registerer,
} from '@promwright/model';

const BRAND: unique symbol = Symbol.for('@promwright/push-counts@1') as never;

/**
 * What is counted of pushes. No label, because a grouping key may have any label, and then these could not be pushed
 * themselves.
 */
export class PushCounts implements Collector {
  readonly families: readonly FamilyDescription[];
  #pushes = 0;
  #failures = 0;
  #retries = 0;
  #seconds = 0;
  #lastSuccess: number | undefined;

  constructor() {
    this.families = this.#inputs().map(({ rows: _, ...description }) => description);
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Those of a registry, which share counts with all that count there already; without one, nobody sees them. */
  static forRegisterer(registerer: Registerer | undefined): PushCounts {
    const counts = new PushCounts();
    if (registerer === undefined) return counts;
    const there = (registerer as { get?(name: string): unknown }).get?.(PUSHES_NAME);
    // Also of another copy of this package.
    if (typeof there === 'object' && there !== null && BRAND in there) return there as object as PushCounts;
    return registerer.register(counts);
  }

  retried(): void {
    this.#retries++;
  }

  succeeded(seconds: number): void {
    this.#ended(seconds);
    this.#lastSuccess = Date.now() / 1000;
  }

  failed(seconds: number): void {
    this.#ended(seconds);
    this.#failures++;
  }

  collect(): readonly MetricFamily[] {
    return this.#inputs().map(familyFromRows);
  }

  #ended(seconds: number): void {
    this.#pushes++;
    this.#seconds += seconds;
  }

  #inputs(): readonly FamilyInput[] {
    const last = this.#lastSuccess;
    return [
      {
        name: PUSHES_NAME,
        type: 'counter',
        help: 'Pushes and deletions that have ended, well or not.',
        rows: [{ value: this.#pushes }],
      },
      {
        name: 'promwright_push_failures_total',
        type: 'counter',
        help: 'Pushes and deletions that failed for good or were broken off.',
        rows: [{ value: this.#failures }],
      },
      {
        name: 'promwright_push_retries_total',
        type: 'counter',
        help: 'Requests of pushes and deletions that were sent again.',
        rows: [{ value: this.#retries }],
      },
      {
        name: 'promwright_push_duration_seconds',
        type: 'summary',
        help: 'Time of pushes and deletions, with gathering, waiting and all retries.',
        unit: 'seconds',
        rows: [{ count: this.#pushes, sum: this.#seconds }],
      },
      {
        name: 'promwright_push_last_success_timestamp_seconds',
        type: 'gauge',
        help: 'When a push or deletion last succeeded, in Unix time.',
        unit: 'seconds',
        rows: last === undefined ? [] : [{ value: last }],
      },
    ];
  }
}

const PUSHES_NAME = 'promwright_pushes_total';
