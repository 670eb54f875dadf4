/** Number of series for which a new metric has room. */
export const INITIAL_CAPACITY = 8;

/** Returns the capacity of full columns after they grow. Doubling would leave half of a large table empty. */
export function nextCapacity(capacity: number): number {
  return capacity < 256 ? capacity * 2 : Math.ceil(capacity * 1.25);
}
