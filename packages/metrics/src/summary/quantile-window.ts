import { LogBuckets } from './log-buckets.ts';

/** Options of the window, after they were checked. */
export interface WindowConfig {
  readonly relativeError: number;
  readonly maxAgeMs: number;
  readonly ageBuckets: number;
}

/** Counts of adjacent buckets; `first` is the index of the first bucket. */
export interface BucketCounts {
  readonly first: number;
  readonly counts: Float64Array;
}

/** Observations within the window, by size. */
export interface WindowContents {
  readonly positive: BucketCounts;
  /** Counts of negative values, by their distance from zero. */
  readonly negative: BucketCounts;
  readonly zeros: number;
  readonly infinities: number;
  readonly negativeInfinities: number;
  /** Smallest finite value; Infinity if there is none. */
  readonly min: number;
  /** Largest finite value; -Infinity if there is none. */
  readonly max: number;
}

/** Number of powers of ten, counted down from the largest value, in which values have separate buckets. */
const DECADES = 17;

/**
 * Observations of the last `maxAgeMs`, counted by size in logarithmic buckets, so that a quantile is known to within
 * `relativeError`. The window is cut into `ageBuckets` slices; the oldest slice is dropped at a time. An observation costs
 * one read of the clock and one logarithm, however many observations there were. Each slice is an array of 4-byte counts over
 * the range of the values. At 1%, a power of ten takes 115 counts, and a slice at most 2000 counts: five slices take 10 KB for
 * four powers of ten and 40 KB at most, for values of one sign.
 */
export class QuantileWindow {
  readonly #config: WindowConfig;
  readonly #slices: Slice[] = [];
  readonly #scale: number;
  readonly #limit: number;
  #current = 0;
  #sliceEndsMs: number;

  /** @param nowMs present time on the clock of `performance.now()`, as in all methods */
  constructor(config: WindowConfig, nowMs: number) {
    this.#config = config;
    const logGamma = logGammaOf(config.relativeError);
    this.#scale = 1 / logGamma;
    this.#limit = Math.ceil((DECADES * Math.LN10) / logGamma);
    this.#sliceEndsMs = nowMs + config.maxAgeMs / config.ageBuckets;
    this.#slices.push(new Slice(this.#limit));
  }

  observe(value: number, nowMs: number): void {
    if (nowMs >= this.#sliceEndsMs) this.#turn(nowMs);
    const slice = this.#slices[this.#current]!;
    if (value > 0 && value < Infinity) slice.positive.add(Math.ceil(Math.log(value) * this.#scale));
    else if (value < 0 && value > -Infinity) slice.addNegative(Math.ceil(Math.log(-value) * this.#scale));
    else slice.addSpecial(value);
    if (value < slice.min && value > -Infinity) slice.min = value;
    if (value > slice.max && value < Infinity) slice.max = value;
  }

  /** Returns all observations within the window at this time. */
  contents(nowMs: number): WindowContents {
    if (nowMs >= this.#sliceEndsMs) this.#turn(nowMs);
    const total = { zeros: 0, infinities: 0, negativeInfinities: 0, min: Infinity, max: -Infinity };
    for (const slice of this.#slices) {
      total.zeros += slice.zeros;
      total.infinities += slice.infinities;
      total.negativeInfinities += slice.negativeInfinities;
      total.min = Math.min(total.min, slice.min);
      total.max = Math.max(total.max, slice.max);
    }
    return {
      ...total,
      positive: sumOf(this.#slices.map(({ positive }) => positive)),
      negative: sumOf(this.#slices.flatMap(({ negative }) => negative ?? [])),
    };
  }

  /** Begins the slice of this time, and drops the slices whose time is over. */
  #turn(nowMs: number): void {
    const { maxAgeMs, ageBuckets } = this.#config;
    const sliceMs = maxAgeMs / ageBuckets;
    const turns = Math.floor((nowMs - this.#sliceEndsMs) / sliceMs) + 1;
    this.#sliceEndsMs += turns * sliceMs;
    for (let i = 0; i < Math.min(turns, ageBuckets); i++) {
      this.#current = (this.#current + 1) % ageBuckets;
      if (this.#current === this.#slices.length) this.#slices.push(new Slice(this.#limit));
      else this.#slices[this.#current]!.clear();
    }
  }
}

/**
 * Returns the quantiles of the observations, to within the relative error with which they were counted, and never outside of
 * the observed values; NaN without observations.
 * @param quantiles numbers from 0 to 1 in rising order
 */
export function quantilesOf(contents: WindowContents, quantiles: Float64Array, relativeError: number): Float64Array {
  const { positive, negative, zeros, infinities, negativeInfinities, min, max } = contents;
  const logGamma = logGammaOf(relativeError);
  // The middle of a bucket differs from every value in the bucket by at most the relative error. It can be beyond the observed
  // values, and beyond the largest number.
  const middle = (index: number) => Math.exp(index * logGamma) * (1 - relativeError);
  const clamped = (value: number) => Math.max(min, Math.min(max, value));
  const below = negativeInfinities + total(negative);
  const all = below + zeros + total(positive) + infinities;
  const values = new Float64Array(quantiles.length).fill(Number.NaN);
  let next = 0;
  let seen = 0;
  const pass = (count: number, value: number) => {
    seen += count;
    while (next < quantiles.length && seen >= Math.max(1, Math.ceil(quantiles[next]! * all))) values[next++] = value;
  };
  pass(negativeInfinities, -Infinity);
  for (let i = negative.counts.length - 1; i >= 0; i--) pass(negative.counts[i]!, clamped(-middle(negative.first + i)));
  pass(zeros, 0);
  for (let i = 0; i < positive.counts.length; i++) {
    const count = positive.counts[i]!;
    if (count > 0) pass(count, clamped(middle(positive.first + i)));
  }
  pass(infinities, Infinity);
  return values;
}

function total({ counts }: BucketCounts): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]!;
  return sum;
}

function logGammaOf(relativeError: number): number {
  return Math.log((1 + relativeError) / (1 - relativeError));
}

function sumOf(all: readonly LogBuckets[]): BucketCounts {
  const used = all.filter(({ counts }) => counts.length > 0);
  if (used.length === 0) return { first: 0, counts: new Float64Array(0) };
  const first = Math.min(...used.map((buckets) => buckets.first));
  const counts = new Float64Array(Math.max(...used.map((buckets) => buckets.first + buckets.counts.length)) - first);
  for (const buckets of used) {
    const shift = buckets.first - first;
    for (let i = 0; i < buckets.counts.length; i++) counts[i + shift]! += buckets.counts[i]!;
  }
  return { first, counts };
}

class Slice {
  readonly positive: LogBuckets;
  negative: LogBuckets | undefined;
  zeros = 0;
  infinities = 0;
  negativeInfinities = 0;
  min = Infinity;
  max = -Infinity;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.positive = new LogBuckets(limit);
  }

  addNegative(index: number): void {
    this.negative ??= new LogBuckets(this.#limit);
    this.negative.add(index);
  }

  addSpecial(value: number): void {
    if (value === 0) this.zeros++;
    else if (value === Infinity) this.infinities++;
    else if (value === -Infinity) this.negativeInfinities++;
  }

  clear(): void {
    this.positive.clear();
    this.negative?.clear();
    this.zeros = 0;
    this.infinities = 0;
    this.negativeInfinities = 0;
    this.min = Infinity;
    this.max = -Infinity;
  }
}
