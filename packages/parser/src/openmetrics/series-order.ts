import type { FamilyBuilder } from '../columns/family-builder.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';

/**
 * Assigns samples to rows under the rules of OpenMetrics: the samples of a series are consecutive, all or none have a
 * timestamp, and timestamps never decrease. A series with several timestamps becomes several rows.
 */
export class SeriesOrder {
  /** Row of the last sample, -1 before the first. */
  row = -1;
  #timestampMs = Number.NaN;
  readonly #builder: FamilyBuilder;
  readonly #mayGoBack: boolean;

  /** @param mayGoBack true to accept timestamps that decrease */
  constructor(builder: FamilyBuilder, mayGoBack: boolean) {
    this.#builder = builder;
    this.#mayGoBack = mayGoBack;
  }

  /** Returns true if the current labels are the labels of the last sample. */
  continues(): boolean {
    return this.row >= 0 && this.#builder.series.isAt(this.row);
  }

  /**
   * Returns the row of a sample, adding it if it is new; -1 for a repeated sample without a timestamp.
   * @param repeats true if the last row has a sample of this role, so that this sample needs another row
   */
  place(cursor: TextCursor, start: number, timestampMs: number, repeats: boolean): number {
    const { series } = this.#builder;
    if (this.continues()) {
      this.checkTime(cursor, start, timestampMs);
      if (Number.isNaN(timestampMs) || timestampMs === this.#timestampMs) {
        if (!repeats) return this.row;
        // With timestamps it is a later sample of the series whose time was rounded to the same number.
        if (Number.isNaN(timestampMs)) return -1;
      }
      series.find();
    } else if (series.find() >= 0) {
      cursor.fail('all samples of a series in consecutive lines', start, 'a sample of an earlier series');
    }
    return this.append(timestampMs);
  }

  /** Refuses a timestamp that does not fit the sample before, of the same series. */
  checkTime(cursor: TextCursor, start: number, timestampMs: number): void {
    if (Number.isNaN(timestampMs) !== Number.isNaN(this.#timestampMs)) {
      cursor.fail('a timestamp on all samples of a series or on none', start, 'a timestamp on only some');
    }
    if (timestampMs < this.#timestampMs && !this.#mayGoBack) {
      cursor.fail('timestamps of a series that never decrease', start, 'an earlier timestamp');
    }
  }

  /** Makes an existing row the row of the last sample. */
  moveTo(row: number, timestampMs: number): void {
    this.row = row;
    this.#timestampMs = timestampMs;
  }

  /** Adds a row for the current labels. The caller must have called the builder's `find`. */
  append(timestampMs: number): number {
    this.moveTo(this.#builder.series.appendFindable(), timestampMs);
    if (!Number.isNaN(timestampMs)) this.#builder.setTimestamp(this.row, timestampMs);
    return this.row;
  }
}
