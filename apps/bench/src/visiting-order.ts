import { pseudoRandom } from './pseudo-random.ts';

/**
 * Returns indices below `count` in a fixed pseudo-random order, so that neither the processor nor the compiler can predict the
 * next index. The length is a power of two, so that a loop wraps around by masking.
 */
export function visitingOrder(count: number): Int32Array {
  const random = pseudoRandom(1);
  return Int32Array.from({ length: 2 ** Math.ceil(Math.log2(Math.max(count, 4096))) }, () =>
    Math.floor(random() * count),
  );
}
