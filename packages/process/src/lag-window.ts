/** What a window holds of one moment. */
export interface LagSummary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  /** The value below which this part of all values lies, within 2% of itself. */
  quantile(part: number): number;
}

const SLICES = 6;
/** Each bucket is this much wider than the one before. */
const GROWTH = 1.04;
/** Everything up to ten microseconds is as good as nothing. */
const LEAST = 1e-5;
/** From there to more than a day. */
const BUCKETS = 600;

/**
 * Values of the recent past. It forgets by time alone, a slice at a time, and reading changes nothing: it holds the last
 * `windowMs`, and up to a sixth more.
 */
export class LagWindow {
  readonly #sliceMs: number;
  // One more for what is not full yet.
  readonly #slices: readonly Slice[] = Array.from({ length: SLICES + 1 }, () => new Slice());

  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  /** Adds a value that occurred some times; `nowMs` must not fall from call to call. */
  record(seconds: number, times: number, nowMs: number): void {
    const number = Math.floor(nowMs / this.#sliceMs);
    const slice = this.#slices[number % this.#slices.length]!;
    if (slice.number !== number) slice.begin(number);
    slice.record(seconds, times);
  }

  /** What the window holds; `undefined` if that is nothing. */
  summary(nowMs: number): LagSummary | undefined {
    const oldest = Math.floor(nowMs / this.#sliceMs) - SLICES;
    const live = this.#slices.filter(({ number, count }) => number >= oldest && count > 0);
    const count = total(live, (slice) => slice.count);
    if (count === 0) return undefined;
    const min = Math.min(...live.map((slice) => slice.min));
    const max = Math.max(...live.map((slice) => slice.max));
    const mean = total(live, (slice) => slice.sum) / count;
    const variance = total(live, (slice) => slice.sumOfSquares) / count - mean ** 2;
    return {
      min,
      max,
      mean,
      // Rounding may bring it below zero.
      stddev: Math.sqrt(Math.max(0, variance)),
      quantile: (part) => Math.min(max, Math.max(min, middleOf(bucketAt(live, Math.ceil(part * count))))),
    };
  }
}

class Slice {
  /** Which stretch of time it is of. */
  number = -Infinity;
  count = 0;
  sum = 0;
  sumOfSquares = 0;
  min = Infinity;
  max = 0;
  readonly buckets: Uint32Array = new Uint32Array(BUCKETS);

  begin(number: number): void {
    this.number = number;
    this.count = 0;
    this.sum = 0;
    this.sumOfSquares = 0;
    this.min = Infinity;
    this.max = 0;
    this.buckets.fill(0);
  }

  record(seconds: number, times: number): void {
    this.count += times;
    this.sum += seconds * times;
    this.sumOfSquares += seconds ** 2 * times;
    this.min = Math.min(this.min, seconds);
    this.max = Math.max(this.max, seconds);
    this.buckets[bucketOf(seconds)]! += times;
  }
}

function bucketOf(seconds: number): number {
  if (seconds <= LEAST) return 0;
  return Math.min(BUCKETS - 1, 1 + Math.floor(Math.log(seconds / LEAST) / Math.log(GROWTH)));
}

function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : LEAST * GROWTH ** (bucket - 0.5);
}

function bucketAt(slices: readonly Slice[], rank: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    for (const slice of slices) seen += slice.buckets[bucket]!;
    if (seen >= rank) return bucket;
  }
  return BUCKETS - 1;
}

function total(slices: readonly Slice[], of: (slice: Slice) => number): number {
  return slices.reduce((sum, slice) => sum + of(slice), 0);
}
