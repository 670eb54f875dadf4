/**
 * The order of `count` contestants in a round: each begins in turn, and every other cycle runs backwards, so that nobody
 * always follows the same neighbour.
 */
export function rotation(count: number, round: number): number[] {
  const order = Array.from({ length: count }, (_, i) => (i + round) % count);
  return Math.floor(round / count) % 2 === 0 ? order : order.reverse();
}
