import type { BucketColumns } from '@promwright/model';

/** Counts by bucket index, and the merged columns of the rows that were added so far. */
export class BucketSums {
  readonly counts = new Map<number, number>();
  readonly #offsets: number[] = [0];
  readonly #indexes: number[] = [];
  readonly #counts: number[] = [];

  /** Adds the buckets of one row, with indexes of a resolution that is `halvings` times coarser. */
  add({ offsets, indexes, counts }: BucketColumns, row: number, halvings = 0): void {
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      // A bucket of half the resolution holds buckets 2i - 1 and 2i. In doubles, because a bit shift would wrap.
      const index = halvings === 0 ? indexes[i]! : Math.ceil(indexes[i]! / 2 ** halvings);
      this.counts.set(index, (this.counts.get(index) ?? 0) + counts[i]!);
    }
  }

  /** Takes the counts as the buckets of the next merged row, and begins the row after it. */
  endRow(): void {
    for (const index of [...this.counts.keys()].sort((a, b) => a - b)) {
      this.#indexes.push(index);
      this.#counts.push(this.counts.get(index)!);
    }
    this.#offsets.push(this.#indexes.length);
    this.counts.clear();
  }

  columns(): BucketColumns {
    return {
      offsets: Int32Array.from(this.#offsets),
      indexes: Int32Array.from(this.#indexes),
      counts: Float64Array.from(this.#counts),
    };
  }
}
