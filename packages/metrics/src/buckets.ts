import { describeValue, rangeError, typeError } from '@promwright/model';

/** Bounds in seconds for durations of network services, the same as in the Go and Java clients. */
export const DEFAULT_BUCKETS: readonly number[] = Object.freeze([
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]);

/**
 * Returns `count` bounds, the first at `start` and each `width` above the bound before. The histogram adds the bucket +Inf,
 * not counted here.
 * @throws RangeError with code `INVALID_BUCKETS` if `width` is not positive or `count` not an integer from 1 on
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  checkCount('linearBuckets', count);
  if (!Number.isFinite(start)) throw argumentError('linearBuckets', 'start', 'a finite number', start);
  if (!(width > 0 && width < Infinity)) throw argumentError('linearBuckets', 'width', 'positive', width);
  return Array.from({ length: count }, (_, i) => roundBound(start + i * width));
}

/**
 * Returns `count` bounds, the first at `start` and each `factor` times the bound before. The histogram adds the bucket +Inf,
 * not counted here.
 * @throws RangeError with code `INVALID_BUCKETS` if `start` is not positive, `factor` not above 1, or `count` not an
 *   integer from 1 on
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  checkCount('exponentialBuckets', count);
  if (!(start > 0 && start < Infinity)) throw argumentError('exponentialBuckets', 'start', 'positive', start);
  if (!(factor > 1 && factor < Infinity)) throw argumentError('exponentialBuckets', 'factor', 'above 1', factor);
  return Array.from({ length: count }, (_, i) => roundBound(start * factor ** i));
}

/**
 * Checks a histogram's bounds and copies them. A last bound of Infinity is dropped, because every histogram has it. `false`
 * means no classic buckets, which is allowed with native buckets.
 * @throws with code `INVALID_BUCKETS` unless they are finite numbers in rising order, each once
 */
export function checkBuckets(metric: string, buckets: unknown, hasNative: boolean): Float64Array {
  if (buckets === false) {
    if (hasNative) return new Float64Array(0);
    throw rangeError('INVALID_BUCKETS', `Histogram "${metric}" must have classic or native buckets; got neither`);
  }
  if (!Array.isArray(buckets)) {
    throw typeError(
      'INVALID_BUCKETS',
      `Option "buckets" of histogram "${metric}" must be an array of numbers; got ${describeValue(buckets)}`,
    );
  }
  const bounds: unknown[] = buckets.at(-1) === Infinity ? buckets.slice(0, -1) : buckets;
  if (bounds.length === 0) {
    throw rangeError('INVALID_BUCKETS', `Histogram "${metric}" must have at least one finite bucket; got none`);
  }
  bounds.forEach((bound, i) => {
    if (typeof bound !== 'number' || !Number.isFinite(bound)) {
      throw rangeError(
        'INVALID_BUCKETS',
        `Buckets of histogram "${metric}" must be finite numbers; got ${describeValue(bound)}`,
      );
    }
    if (i > 0 && !(bound > (bounds[i - 1] as number))) {
      throw rangeError(
        'INVALID_BUCKETS',
        `Buckets of histogram "${metric}" must rise, each bound once; got ${bound} after ${bounds[i - 1]}`,
      );
    }
  });
  // Adding 0 turns -0 into 0, which is the same bound.
  return Float64Array.from(bounds as number[], (bound) => bound + 0);
}

/** Rounds away the noise of binary fractions, because people read bounds: 0.1 * 3 is meant to be 0.3. */
function roundBound(bound: number): number {
  return Number(bound.toPrecision(15));
}

function checkCount(functionName: string, count: unknown): void {
  if (!(Number.isInteger(count) && (count as number) >= 1 && (count as number) <= 10_000)) {
    throw argumentError(functionName, 'count', 'an integer from 1 to 10000', count);
  }
}

function argumentError(functionName: string, argument: string, rule: string, value: unknown): RangeError {
  return rangeError(
    'INVALID_BUCKETS',
    `Argument "${argument}" of ${functionName} must be ${rule}; got ${describeValue(value)}`,
  );
}
