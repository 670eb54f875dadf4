import { bucketIndex, MIN_SCHEMA, upperBound } from './native-index.ts';
import { SparseBuckets } from './sparse-buckets.ts';

/** How a native histogram is kept, after its options were checked. */
export interface NativeConfig {
  readonly schema: number;
  readonly maxBuckets: number;
  readonly zeroThreshold: number;
  readonly maxZeroThreshold: number;
  readonly minResetMs: number;
}

/**
 * The native buckets of one series. Sum and count are kept elsewhere, with the classic buckets.
 *
 * When there are more buckets than allowed, this is tried in turn: starting afresh, if that is not too often; widening the
 * bucket around zero; halving the resolution (as Prometheus' Go library does, and its specification advises).
 */
export class NativeState {
  schema: number;
  zeroThreshold: number;
  zeroCount = 0;
  readonly positive: SparseBuckets = new SparseBuckets();
  readonly negative: SparseBuckets = new SparseBuckets();
  /** When everything of the series is to start afresh; Infinity while that is not planned. */
  resetAtMs: number = Infinity;

  readonly #config: NativeConfig;
  #lastResetMs: number;

  constructor(config: NativeConfig, nowMs: number) {
    this.#config = config;
    this.schema = config.schema;
    this.zeroThreshold = config.zeroThreshold;
    this.#lastResetMs = nowMs;
  }

  /**
   * Counts a value. Returns whether the series must start afresh now, with this value as its first: the caller then resets
   * what it keeps, calls {@link NativeState.reset} and observes the value again.
   */
  observe(value: number): boolean {
    if (value > this.zeroThreshold) this.positive.add(bucketIndex(value, this.schema), 1);
    else if (value < -this.zeroThreshold) this.negative.add(bucketIndex(-value, this.schema), 1);
    else if (!Number.isNaN(value)) this.zeroCount++;
    // NaN is in no bucket.
    else return false;
    if (this.positive.size + this.negative.size <= this.#config.maxBuckets) return false;
    return this.#limit();
  }

  /** Starts afresh, at the configured resolution and width of the zero bucket. */
  reset(nowMs: number): void {
    this.schema = this.#config.schema;
    this.zeroThreshold = this.#config.zeroThreshold;
    this.zeroCount = 0;
    this.positive.clear();
    this.negative.clear();
    this.resetAtMs = Infinity;
    this.#lastResetMs = nowMs;
  }

  #limit(): boolean {
    const { minResetMs } = this.#config;
    if (minResetMs > 0 && this.resetAtMs === Infinity) {
      if (Date.now() - this.#lastResetMs >= minResetMs) return true;
      this.resetAtMs = this.#lastResetMs + minResetMs;
    }
    if (!this.#widenZero()) this.#halve();
    return false;
  }

  /** Swallows the buckets next to zero, if the zero bucket may become that wide. */
  #widenZero(): boolean {
    const lowest = Math.min(this.positive.lowest(), this.negative.lowest());
    const threshold = upperBound(lowest, this.schema);
    if (!(threshold <= this.#config.maxZeroThreshold)) return false;
    this.zeroCount += this.positive.take(lowest) + this.negative.take(lowest);
    this.zeroThreshold = threshold;
    return true;
  }

  #halve(): void {
    if (this.schema === MIN_SCHEMA) return;
    this.positive.halve();
    this.negative.halve();
    this.schema--;
  }
}
