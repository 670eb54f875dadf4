/** Statistics of a window at one moment. */
export interface LagSummary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  /** Returns the quantile, within 2% of its value. */
  quantile(part: number): number;
}

const SLICES = 6;
/** Ratio between the widths of neighbouring buckets. */
const GROWTH = 1.04;
/** Upper bound of the first bucket; delays up to ten microseconds count as none. */
const MIN_SECONDS = 1e-5;
/** Number of buckets, enough for more than a day. */
const BUCKETS = 600;

/**
 * Window of recent values. Values leave by time alone, a slice at a time; reading changes nothing. The window covers
 * the last `windowMs` and up to a sixth more.
 */
export class LagWindow {
  readonly #sliceMs: number;
  // One more for the current, incomplete slice.
  readonly #slices: readonly TimeSlice[] = Array.from({ length: SLICES + 1 }, () => new TimeSlice());
  /** Number of values of all slices by bucket. */
  readonly #buckets: Uint32Array = new Uint32Array(BUCKETS);

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  /** Adds a value with its number of occurrences; `nowMs` must not decrease from call to call. */
  record(seconds: number, times: number, nowMs: number): void {
    const number = Math.floor(nowMs / this.#sliceMs);
    const slice = this.#slices[number % this.#slices.length]!;
    if (slice.number !== number) {
      slice.subtractFrom(this.#buckets);
      slice.begin(number);
    }
    const bucket = bucketOf(seconds);
    this.#buckets[bucket]! += times;
    slice.record(seconds, bucket, times);
  }

  /** Returns the greatest value of the window; `undefined` if the window is empty. */
  max(nowMs: number): number | undefined {
    this.#forget(nowMs);
    let max = -Infinity;
    for (const slice of this.#slices) max = Math.max(max, slice.max);
    return max < 0 ? undefined : max;
  }

  /** Returns the statistics of the window; `undefined` if the window is empty. */
  summary(nowMs: number): LagSummary | undefined {
    const max = this.max(nowMs);
    if (max === undefined) return undefined;
    let [count, sum, sumOfSquares, min] = [0, 0, 0, Infinity];
    for (const slice of this.#slices) {
      count += slice.count;
      sum += slice.sum;
      sumOfSquares += slice.sumOfSquares;
      min = Math.min(min, slice.min);
    }
    const mean = sum / count;
    return {
      min,
      max,
      mean,
      // Rounding errors may make the variance negative.
      stddev: Math.sqrt(Math.max(0, sumOfSquares / count - mean ** 2)),
      quantile: (part) => Math.min(max, Math.max(min, middleOf(bucketAt(this.#buckets, Math.ceil(part * count))))),
    };
  }

  /** Empties the expired slices. */
  #forget(nowMs: number): void {
    const oldest = Math.floor(nowMs / this.#sliceMs) - SLICES;
    for (const slice of this.#slices) {
      if (slice.number >= oldest || slice.count === 0) continue;
      slice.subtractFrom(this.#buckets);
      slice.begin(-Infinity);
    }
  }
}

class TimeSlice {
  /** Number of the slice, counted from time 0. */
  number = -Infinity;
  count = 0;
  sum = 0;
  sumOfSquares = 0;
  min = Infinity;
  max = -Infinity;
  readonly #buckets: Uint32Array = new Uint32Array(BUCKETS);

  begin(number: number): void {
    this.number = number;
    this.count = 0;
    this.sum = 0;
    this.sumOfSquares = 0;
    this.min = Infinity;
    this.max = -Infinity;
    this.#buckets.fill(0);
  }

  record(seconds: number, bucket: number, times: number): void {
    this.count += times;
    this.sum += seconds * times;
    this.sumOfSquares += seconds ** 2 * times;
    this.min = Math.min(this.min, seconds);
    this.max = Math.max(this.max, seconds);
    this.#buckets[bucket]! += times;
  }

  /** Subtracts the counts of this slice from the counts of all slices. */
  subtractFrom(all: Uint32Array): void {
    if (this.count === 0) return;
    for (let bucket = bucketOf(this.min); bucket <= bucketOf(this.max); bucket++) {
      all[bucket]! -= this.#buckets[bucket]!;
    }
  }
}

function bucketOf(seconds: number): number {
  if (seconds <= MIN_SECONDS) return 0;
  return Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(seconds / MIN_SECONDS) / Math.log(GROWTH)));
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : MIN_SECONDS * GROWTH ** (bucket - 0.5);
}

function bucketAt(buckets: Uint32Array, rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    seen += buckets[bucket]!;
    if (seen >= rank) return bucket;
  }
  return BUCKETS - 1;
}
