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

  add(exemplar: Exemplar): void {
    // NaN has no position in the order, and no bucket.
    if (Number.isNaN(exemplar.value)) return;
    const kept = this.exemplars;
    let at = kept.findIndex(({ value }) => value >= exemplar.value);
    if (at < 0) at = kept.length;
    kept.splice(at, 0, exemplar);
    if (kept.length > MAX_EXEMPLARS) kept.splice(this.#superfluous(exemplar), 1);
  }

  clear(): void {
    this.exemplars.length = 0;
  }

  #superfluous(newest: Exemplar): number {
    const kept = this.exemplars;
    let oldest = 0;
    let closest = 1;
    for (let i = 1; i < kept.length; i++) {
      if (timeOf(kept[i]!) < timeOf(kept[oldest]!)) oldest = i;
      if (i > 1 && distance(kept[i - 1]!, kept[i]!) < distance(kept[closest - 1]!, kept[closest]!)) closest = i;
    }
    if (timeOf(newest) - timeOf(kept[oldest]!) > MAX_AGE_MS) return oldest;
    const [below, above] = [kept[closest - 1]!, kept[closest]!];
    // Two exemplars have the same age only within one millisecond; the newest then stays.
    if (below === newest) return closest;
    return above === newest || timeOf(below) <= timeOf(above) ? closest - 1 : closest;
  }
}

function timeOf({ timestampMs }: Exemplar): number {
  return timestampMs ?? 0;
}

/** Returns the distance of two values on a logarithmic scale; Infinity for different signs. */
function distance(a: Exemplar, b: Exemplar): number {
  if (a.value === b.value) return 0;
  return a.value * b.value > 0 ? Math.abs(Math.log(b.value / a.value)) : Infinity;
}
