import type { Exemplar } from '@promwright/model';

const MAX_EXEMPLARS = 10;
const MAX_AGE_MS = 5 * 60_000;

/**
 * Exemplars of a native histogram: at most ten, spread over its buckets. Once full, a new exemplar replaces the oldest if that
 * is older than five minutes, or else the older of the two exemplars whose values are closest by order of magnitude.
 */
export class ExemplarReservoir {
  /** Exemplars by rising value. */
  readonly exemplars: Exemplar[] = [];
  /** Time at which each exemplar was added, on the clock of `performance.now()`: the clock of its timestamp can be set. */
  readonly #addedMs: number[] = [];

  add(exemplar: Exemplar): void {
    // NaN has no position in the order, and no bucket.
    if (Number.isNaN(exemplar.value)) return;
    const kept = this.exemplars;
    let at = kept.findIndex(({ value }) => value >= exemplar.value);
    if (at < 0) at = kept.length;
    kept.splice(at, 0, exemplar);
    this.#addedMs.splice(at, 0, performance.now());
    if (kept.length <= MAX_EXEMPLARS) return;
    const superfluous = this.#superfluous(at);
    kept.splice(superfluous, 1);
    this.#addedMs.splice(superfluous, 1);
  }

  clear(): void {
    this.exemplars.length = 0;
    this.#addedMs.length = 0;
  }

  /** @param newest index of the newest exemplar */
  #superfluous(newest: number): number {
    const kept = this.exemplars;
    const addedMs = this.#addedMs;
    let oldest = 0;
    let closest = 1;
    for (let i = 1; i < kept.length; i++) {
      if (addedMs[i]! < addedMs[oldest]!) oldest = i;
      if (i > 1 && distance(kept[i - 1]!, kept[i]!) < distance(kept[closest - 1]!, kept[closest]!)) closest = i;
    }
    if (addedMs[newest]! - addedMs[oldest]! > MAX_AGE_MS) return oldest;
    // The clock may show the same time for two exemplars; the newest then stays.
    if (closest - 1 === newest) return closest;
    return closest === newest || addedMs[closest - 1]! <= addedMs[closest]! ? closest - 1 : closest;
  }
}

/** Returns the distance of two values on a logarithmic scale; Infinity for different signs. */
function distance(a: Exemplar, b: Exemplar): number {
  if (a.value === b.value) return 0;
  return a.value * b.value > 0 ? Math.abs(Math.log(b.value / a.value)) : Infinity;
}
