import type { LabelValue } from '@promwright/model';

/**
 * The values of a label that have a series of their own. Those past the limit share one, which is not to be held: each
 * observation there is to be counted as an overflow by the metric.
 */
export class LabelLimiter {
  readonly #limit: number;
  readonly #values = new Set<LabelValue | undefined>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a value is one of them, or can become one. */
  admit(value: LabelValue | undefined): boolean {
    if (this.#values.has(value)) return true;
    if (this.#values.size >= this.#limit) return false;
    this.#values.add(value);
    return true;
  }

  clear(): void {
    this.#values.clear();
  }
}
