/**
 * Times of the last writes, by slot, for series that expire, and for gauges and state sets whose newest value counts. The times are
 * on the clock of `performance.now()`, which nobody can set. Reading the clock costs more than a write, so a write only sets a mark; a
 * sweep, at every scrape, turns marks into times. A series therefore lives up to one scrape interval longer than `expireAfterMs`.
 */
export class ExpiryColumns {
  /** Mark of each slot, which every write sets to 1. */
  written: Uint8Array;
  readonly #expireAfterMs: number;
  #lastMs: Float64Array;
  /** Number of reasons for a series not to expire, by slot. */
  #holds: Uint32Array;
  #sweptMs = -Infinity;

  constructor(expireAfterMs: number, capacity: number) {
    this.#expireAfterMs = expireAfterMs;
    this.written = new Uint8Array(capacity);
    this.#lastMs = new Float64Array(capacity);
    this.#holds = new Uint32Array(capacity);
  }

  /** Notes a write. */
  note(slot: number): void {
    this.written[slot] = 1;
    // Exact, because the order of writes decides which value is the newest.
    if (this.#expireAfterMs === Infinity) this.#lastMs[slot] = performance.now();
  }

  /** Starts the time of a new series, with its first write. */
  begin(slot: number, nowMs: number): void {
    this.written[slot] = 0;
    this.#lastMs[slot] = nowMs;
    this.#holds[slot] = 0;
  }

  /** Notes that all series so far were created without a write. */
  forgetWrites(): void {
    this.written.fill(0);
    // A series that expires lives as long as if it had been written to.
    if (this.#expireAfterMs === Infinity) this.#lastMs.fill(Number.NaN);
  }

  /** Returns the times of the last writes, in milliseconds since the epoch; NaN for a series without a write. */
  times(size: number): Float64Array {
    // The present difference of the two clocks would change the times of series that nobody writes to.
    return this.#lastMs.slice(0, size).map((ms) => performance.timeOrigin + ms);
  }

  /** Keeps a series from expiring, until {@link ExpiryColumns.release}. */
  hold(slot: number): void {
    this.#holds[slot]!++;
  }

  release(slot: number): void {
    this.#holds[slot]!--;
  }

  /** Turns the marks of all series into times. */
  sweep(nowMs: number, size: number): void {
    this.#sweptMs = nowMs;
    if (this.#expireAfterMs === Infinity) return;
    for (let slot = 0; slot < size; slot++) {
      if (this.written[slot] === 0) continue;
      this.written[slot] = 0;
      this.#lastMs[slot] = nowMs;
    }
  }

  /** True if the time of a series without a write is over. */
  isOver(slot: number, nowMs: number): boolean {
    return nowMs - this.#lastMs[slot]! > this.#expireAfterMs && this.#holds[slot] === 0;
  }

  /** True if the last sweep is so long ago that another may find expired series. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#sweptMs > this.#expireAfterMs / 10;
  }

  move(from: number, to: number): void {
    this.written[to] = this.written[from]!;
    this.#lastMs[to] = this.#lastMs[from]!;
    this.#holds[to] = this.#holds[from]!;
  }

  resize(capacity: number): void {
    const written = new Uint8Array(capacity);
    written.set(this.written.subarray(0, capacity));
    this.written = written;
    const lastMs = new Float64Array(capacity);
    lastMs.set(this.#lastMs.subarray(0, capacity));
    this.#lastMs = lastMs;
    const holds = new Uint32Array(capacity);
    holds.set(this.#holds.subarray(0, capacity));
    this.#holds = holds;
  }
}
