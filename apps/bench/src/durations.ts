import { pseudoRandom } from './pseudo-random.ts';

const LENGTH = 8192;

/** Returns durations of requests in seconds: most are 10 to 150 ms, a few are much longer. The length is a power of two. */
export function requestDurations(): Float64Array {
  const random = pseudoRandom(2);
  // The sum of twelve uniform numbers is close to a normal distribution, so the exponential is close to log-normal.
  return Float64Array.from({ length: LENGTH }, () => {
    const normal = Array.from({ length: 12 }, random).reduce((a, b) => a + b) - 6;
    return 0.04 * Math.exp(1.1 * normal);
  });
}

/** Returns durations from 1 ms to 10 s, about as many in each of the four decades. The default length is a power of two. */
export function durationsOverFourDecades(length: number = LENGTH): Float64Array {
  const random = pseudoRandom(3);
  return Float64Array.from({ length }, () => 0.001 * 10 ** (4 * random()));
}

/** Bucket bounds of the histograms: the defaults of all libraries. */
export const BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
