import type { LabelValue } from '@promwright/model';

/** First values of a label, up to the limit of the label. */
export class LabelLimiter {
  readonly #limit: number;
  readonly #values = new Set<LabelValue | undefined>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True if the value has been admitted before, or can still be admitted. */
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
