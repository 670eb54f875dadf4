import { bucketIndex, MIN_SCHEMA, upperBound } from './native-index.ts';
import { SparseBuckets } from './sparse-buckets.ts';

/** Options of native buckets after all checks, with defaults. */
export interface NativeConfig {
  readonly schema: number;
  readonly maxBuckets: number;
  readonly zeroThreshold: number;
  readonly maxZeroThreshold: number;
  readonly minResetMs: number;
}

/**
 * Native buckets of one series. Sum and count are stored elsewhere, with the classic buckets.
 *
 * Past the limit of buckets, the state tries in turn to start again at zero, if the last start is long enough ago; to widen
 * the bucket around zero; to halve the resolution (as Prometheus' Go library does, and its specification advises).
 */
export class NativeState {
  schema: number;
  zeroThreshold: number;
  zeroCount = 0;
  readonly positive: SparseBuckets = new SparseBuckets();
  readonly negative: SparseBuckets = new SparseBuckets();
  /** Time of the planned reset of the series, on the clock of `performance.now()`; Infinity if none is planned. */
  resetAtMs: number = Infinity;

  readonly #config: NativeConfig;
  #lastResetMs: number;

  /** @param nowMs present time on the clock of `performance.now()` */
  constructor(config: NativeConfig, nowMs: number) {
    this.#config = config;
    this.schema = config.schema;
    this.zeroThreshold = config.zeroThreshold;
    this.#lastResetMs = nowMs;
  }

  /**
   * Counts a value. Returns true if the series must start again at zero now, with this value as its first: the caller then
   * resets its own part of the series, calls {@link NativeState.reset} and observes the value again.
   */
  observe(value: number): boolean {
    if (value > this.zeroThreshold) this.positive.add(bucketIndex(value, this.schema), 1);
    else if (value < -this.zeroThreshold) this.negative.add(bucketIndex(-value, this.schema), 1);
    else if (!Number.isNaN(value)) this.zeroCount++;
    // No bucket counts NaN.
    else return false;
    if (this.positive.size + this.negative.size <= this.#config.maxBuckets) return false;
    return this.#limit();
  }

  /**
   * Starts again at zero, with the configured resolution and zero threshold.
   * @param nowMs time of the reset on the clock of `performance.now()`
   */
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
      if (performance.now() - this.#lastResetMs >= minResetMs) return true;
      this.resetAtMs = this.#lastResetMs + minResetMs;
    }
    if (!this.#widenZero()) this.#halve();
    return false;
  }

  /** Merges the buckets next to zero into the zero bucket, if the limit of its width allows. */
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
