// Columns of a metric without series: many metrics get no series, and an array costs time. Never written.
export const NO_INTEGERS: Int32Array = new Int32Array(0);
export const NO_NUMBERS: Float64Array = new Float64Array(0);
/** Hash table of a metric without series: one empty place, because a look-up reads a place. Never written. */
export const EMPTY_HASH_TABLE: Int32Array = new Int32Array(1);

/** Returns the capacity of full columns after they grow. Doubling would leave half of a large table empty. */
export function nextCapacity(capacity: number): number {
  if (capacity === 0) return 8;
  return capacity < 256 ? capacity * 2 : Math.ceil(capacity * 1.25);
}
