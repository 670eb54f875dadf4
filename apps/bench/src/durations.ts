import { pseudoRandom } from './pseudo-random.ts';

const LENGTH = 8192;

/** Durations of requests in seconds: most take 10 to 150 ms, few of them much longer. The length is a power of two. */
export function requestDurations(): Float64Array {
  const random = pseudoRandom(2);
  // The sum of twelve uniform numbers is close to a normal distribution, so its power is close to a log-normal one.
  return Float64Array.from({ length: LENGTH }, () => {
    const normal = Array.from({ length: 12 }, random).reduce((a, b) => a + b) - 6;
    return 0.04 * Math.exp(1.1 * normal);
  });
}

/** Durations from 1 ms to 10 s, about as many in each of the four decades; unless told otherwise a power of two of them. */
export function durationsOverFourDecades(length: number = LENGTH): Float64Array {
  const random = pseudoRandom(3);
  return Float64Array.from({ length }, () => 0.001 * 10 ** (4 * random()));
}

/** The bounds of the histograms, which are the default ones of all libraries. */
export const BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
