/** By how many buckets more than needed the array grows, so that it does not grow for each. */
const SPARE = 32;

/**
 * Counts of positive numbers by order of magnitude, in buckets that each grow by the same factor. The counts stand in one
 * array without gaps, as long as the range of what was counted, up to a limit: past it the lowest buckets are merged into
 * one, so that the larger values, which matter more, stay exact.
 */
export class LogBuckets {
  /** The number of the bucket at the beginning of `counts`. */
  first = 0;
  counts: Uint32Array = new Uint32Array(0);
  readonly #limit: number;

  /** @param limit how many buckets keep their own count */
  constructor(limit: number) {
    this.#limit = limit + SPARE;
  }

  add(index: number): void {
    let at = index - this.first;
    if (at < 0 || at >= this.counts.length) {
      this.#reach(index);
      // What is below the reach by now counts as the lowest.
      at = Math.max(0, index - this.first);
    }
    // Four thousand million of one size within the window: it stays there rather than start at zero.
    if (this.counts[at]! < 0xffffffff) this.counts[at]!++;
  }

  clear(): void {
    this.counts.fill(0);
  }

  /** Lengthens the array to hold a bucket, with some to spare in that direction. */
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
