/**
 * Returns the order of `count` contestants in a round. Each contestant begins in turn, and every other cycle runs backwards, so
 * that no contestant always follows the same neighbour.
 */
export function rotation(count: number, round: number): number[] {
  const order = Array.from({ length: count }, (_, i) => (i + round) % count);
  return Math.floor(round / count) % 2 === 0 ? order : order.reverse();
}
