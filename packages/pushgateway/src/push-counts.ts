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
 * Metrics of pushes. They have no labels, because a grouping key may have any label, and metrics with a label of the grouping
 * key cannot be pushed.
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

  /**
   * Returns the counts registered in `registerer`, and registers them on the first call. Without a registerer the counts are
   * private.
   */
  static forRegisterer(registerer: Registerer | undefined): PushCounts {
    const counts = new PushCounts();
    if (registerer === undefined) return counts;
    const registered = (registerer as { get?(name: string): unknown }).get?.(PUSHES_NAME);
    // The brand also recognises counts of another copy of this package.
    if (typeof registered === 'object' && registered !== null && BRAND in registered)
      return registered as object as PushCounts;
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
        help: 'Finished pushes and deletions, successful or not.',
        rows: [{ value: this.#pushes }],
      },
      {
        name: 'promwright_push_failures_total',
        type: 'counter',
        help: 'Pushes and deletions that failed after all retries or were aborted.',
        rows: [{ value: this.#failures }],
      },
      {
        name: 'promwright_push_retries_total',
        type: 'counter',
        help: 'Retried requests of pushes and deletions.',
        rows: [{ value: this.#retries }],
      },
      {
        name: 'promwright_push_duration_seconds',
        type: 'summary',
        help: 'Duration of pushes and deletions, including gathering, waiting and all retries.',
        unit: 'seconds',
        rows: [{ count: this.#pushes, sum: this.#seconds }],
      },
      {
        name: 'promwright_push_last_success_timestamp_seconds',
        type: 'gauge',
        help: 'Unix time of the last successful push or deletion, in seconds.',
        unit: 'seconds',
        rows: last === undefined ? [] : [{ value: last }],
      },
    ];
  }
}

const PUSHES_NAME = 'promwright_pushes_total';
