import type { FamilyBuilder } from '../columns/family-builder.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';

/**
 * Puts samples of a family together to series, under the rules of OpenMetrics: those of one series stand together, have all a
 * timestamp or none, and do not go back in time. A series with several timestamps becomes as many rows.
 */
export class SeriesOrder {
  /** The row that the last sample belongs to, -1 before the first. */
  row = -1;
  #timestampMs = Number.NaN;
  readonly #builder: FamilyBuilder;
  readonly #mayGoBack: boolean;

  constructor(builder: FamilyBuilder, mayGoBack: boolean) {
    this.#builder = builder;
    this.#mayGoBack = mayGoBack;
  }

  /** Whether the labels just read are those of the last sample. */
  continues(): boolean {
    return this.row >= 0 && this.#builder.isAt(this.row);
  }

  /**
   * Finds the row of a sample, or adds it.
   * @param repeats whether the last row has what this sample says, so that it must be another
   */
  place(cursor: TextCursor, start: number, timestampMs: number, repeats: boolean): number {
    const builder = this.#builder;
    if (this.continues()) {
      this.checkTime(cursor, start, timestampMs);
      if (Number.isNaN(timestampMs) || timestampMs === this.#timestampMs) {
        if (!repeats) return this.row;
        // With timestamps it is another row, of which the time was rounded to the same.
        if (Number.isNaN(timestampMs)) cursor.fail('every sample once', start, 'the same sample again');
      }
      builder.find();
    } else if (builder.find() >= 0) {
      cursor.fail('the samples of a series to stand together', start, 'one of an earlier series');
    }
    return this.append(timestampMs);
  }

  /** Refuses a time that does not fit that of the sample before, which is of the same series. */
  checkTime(cursor: TextCursor, start: number, timestampMs: number): void {
    if (Number.isNaN(timestampMs) !== Number.isNaN(this.#timestampMs)) {
      cursor.fail('a timestamp on all samples of a series or on none', start, 'one unlike the last');
    }
    if (timestampMs < this.#timestampMs && !this.#mayGoBack) {
      cursor.fail('timestamps of a series that do not go back', start, 'an earlier one than the last');
    }
  }

  /** Notes the time of a sample of a row that is there. */
  moveTo(row: number, timestampMs: number): void {
    this.row = row;
    this.#timestampMs = timestampMs;
  }

  /** Adds a row for the labels just read, which the builder was just asked to find. */
  append(timestampMs: number): number {
    this.moveTo(this.#builder.appendFindable(), timestampMs);
    if (!Number.isNaN(timestampMs)) this.#builder.setTimestamp(this.row, timestampMs);
    return this.row;
  }
}
