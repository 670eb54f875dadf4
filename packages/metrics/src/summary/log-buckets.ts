/** Number of spare buckets by which the array grows, so that it does not grow for each bucket. */
const SPARE = 32;

/**
 * Counts of positive numbers by order of magnitude, in buckets that each grow by the same factor. The counts are in one array
 * without gaps, as long as the range of the counted values, up to a limit: past the limit the lowest buckets are merged into
 * one bucket, so that the larger values, which matter more, stay exact.
 */
export class LogBuckets {
  /** Index of the first bucket in `counts`. */
  first = 0;
  counts: Uint32Array = new Uint32Array(0);
  readonly #limit: number;

  /** @param limit number of buckets that have separate counts */
  constructor(limit: number) {
    this.#limit = limit + SPARE;
  }

  add(index: number): void {
    let at = index - this.first;
    if (at < 0 || at >= this.counts.length) {
      this.#reach(index);
      // A bucket below the range is counted in the lowest bucket.
      at = Math.max(0, index - this.first);
    }
    // At 2^32 - 1 values of one size within the window, the count stays there rather than wrap to zero.
    if (this.counts[at]! < 0xffffffff) this.counts[at]!++;
  }

  clear(): void {
    this.counts.fill(0);
  }

  /** Lengthens the array to include a bucket, with spare buckets in that direction. */
  #reach(index: number): void {
    if (this.counts.length === 0) {
      this.first = index - SPARE;
      this.counts = new Uint32Array(2 * SPARE);
      return;
    }
    const end = Math.max(this.first + this.counts.length, index + 1 + (index >= this.first ? SPARE : 0));
    const wanted = Math.min(this.first, index - (index < this.first ? SPARE : 0));
    const first = Math.max(wanted, end - this.#limit);
    if (first === this.first && end === this.first + this.counts.length) return;
    const counts = new Uint32Array(end - first);
    for (let i = 0; i < this.counts.length; i++) {
      const at = Math.max(0, this.first + i - first);
      counts[at] = Math.min(0xffffffff, counts[at]! + this.counts[i]!);
    }
    this.first = first;
    this.counts = counts;
  }
}
