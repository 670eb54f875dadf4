/** Samples that the rows of a histogram or summary have so far: a row has a place for each sample once, and one timestamp. */
export class RowSamples {
  /** By row: its timestamp, or NaN. */
  readonly #timestamps: number[] = [];
  /** By row: bits of its sum and its count. */
  readonly #totals: number[] = [];
  /** By row: number of keys from 0 on that it has without a gap. */
  readonly #firstKeys: number[] = [];
  /** By row: its keys behind a gap. Lines of most documents leave no gap. */
  readonly #otherKeys = new Map<number, Set<number>>();

  /** Adds a row without samples. Rows are added in rising order. */
  addRow(timestampMs: number): void {
    this.#timestamps.push(timestampMs);
    this.#totals.push(0);
    this.#firstKeys.push(0);
  }

  /** Returns true if a row has a timestamp, or has none for NaN. */
  hasTimestamp(row: number, timestampMs: number): boolean {
    return Object.is(this.#timestamps[row], timestampMs);
  }

  /** Notes the bucket or quantile with a key. Returns false if the row has it already. */
  addKey(row: number, key: number): boolean {
    const first = this.#firstKeys[row]!;
    if (key < first) return false;
    const others = this.#otherKeys.get(row);
    if (key > first) {
      if (others === undefined) this.#otherKeys.set(row, new Set([key]));
      else if (others.has(key)) return false;
      else others.add(key);
      return true;
    }
    if (others?.has(key)) return false;
    this.#firstKeys[row] = first + 1;
    return true;
  }

  /** Notes the sum or count of a row. Returns false if the row has it already. */
  addTotal(row: number, total: 'sum' | 'count'): boolean {
    const bit = total === 'sum' ? 1 : 2;
    const totals = this.#totals[row]!;
    if (totals & bit) return false;
    this.#totals[row] = totals | bit;
    return true;
  }
}
