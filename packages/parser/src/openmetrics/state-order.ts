import type { FamilyBuilder } from '../columns/family-builder.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';
import type { SeriesOrder } from './series-order.ts';

/**
 * Assigns samples of a state set to rows under the rules of OpenMetrics 2.0: all samples of a state are consecutive, whatever
 * their timestamps, before the samples of the next state of the same series.
 */
export class StateOrder {
  readonly #builder: FamilyBuilder;
  readonly #order: SeriesOrder;
  /** Rows of the current series by timestamp. */
  readonly #rows = new Map<number, number>();
  /** Keys of the states of the current series so far. */
  readonly #seen = new Set<number>();
  #state = -1;

  constructor(builder: FamilyBuilder, order: SeriesOrder) {
    this.#builder = builder;
    this.#order = order;
  }

  /** Returns the row of a sample, adding it if it is new. */
  place(cursor: TextCursor, start: number, state: number, timestampMs: number): number {
    const order = this.#order;
    const continues = order.continues();
    const known = this.#builder.series.find();
    if (!continues) {
      if (known >= 0) {
        cursor.fail('all samples of a series in consecutive lines', start, 'a sample of an earlier series');
      }
      this.#rows.clear();
      this.#seen.clear();
    } else if (state === this.#state) {
      order.checkTime(cursor, start, timestampMs);
    } else if (this.#seen.has(state)) {
      cursor.fail('all samples of a state in consecutive lines', start, 'a sample of an earlier state');
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
