import type { FamilyBuilder } from '../columns/family-builder.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import type { SeriesOrder } from './series-order.ts';

/**
 * Puts samples of a state set together under the rules of OpenMetrics 2.0: all samples of a state stand together, whatever
 * their times, and then come those of the next state of the same series.
 */
export class StateOrder {
  readonly #builder: FamilyBuilder;
  readonly #order: SeriesOrder;
  /** Rows of the current series by their time. */
  readonly #rows = new Map<number, number>();
  /** States of the current series that are complete or current. */
  readonly #seen = new Set<number>();
  #state = -1;

  constructor(builder: FamilyBuilder, order: SeriesOrder) {
    this.#builder = builder;
    this.#order = order;
  }

  /** Finds the row of a sample, or adds it. */
  place(cursor: TextCursor, start: number, state: number, timestampMs: number): number {
    const order = this.#order;
    const continues = order.continues();
    const known = this.#builder.find();
    if (!continues) {
      if (known >= 0) cursor.fail('the samples of a series to stand together', start, 'one of an earlier series');
      this.#rows.clear();
      this.#seen.clear();
    } else if (state === this.#state) {
      order.checkTime(cursor, start, timestampMs);
    } else if (this.#seen.has(state)) {
      cursor.fail('the samples of a state to stand together', start, 'one of an earlier state');
    }
    this.#state = state;
    this.#seen.add(state);
    const row = this.#rows.get(timestampMs);
    if (row !== undefined) {
      order.moveTo(row, timestampMs);
      return row;
    }
    const added = order.append(timestampMs);
    this.#rows.set(timestampMs, added);
    return added;
  }
}
