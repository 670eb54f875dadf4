import { describeValue, rangeError, typeError } from '@promwright/model';
import { MAX_SCHEMA, MIN_SCHEMA, schemaOfGrowthFactor } from './native-index.ts';
import type { NativeConfig } from './native-state.ts';

/** How a histogram's native buckets are kept. */
export interface NativeOptions {
  /** Resolution, from -4 to 8: each bucket's bound is 2^(2^-schema) times the one before. Instead of `growthFactor`. */
  readonly schema?: number;
  /** By how much each bucket's bound may exceed the one before, at most; above 1. Default 1.1, which is schema 3. */
  readonly growthFactor?: number;
  /**
   * How many buckets there may be, of both signs together. Default 160; `Infinity` for no limit. Past it, the histogram
   * starts afresh if `minResetMs` allows, else widens the zero bucket if `maxZeroThreshold` allows, else halves its
   * resolution.
   */
  readonly maxBuckets?: number;
  /** Up to this distance from zero everything is in the zero bucket. Default 2^-128; 0 for zero alone. */
  readonly zeroThreshold?: number;
  /** How wide the zero bucket may become when there are too many buckets. Default 0: it stays as it is. */
  readonly maxZeroThreshold?: number;
  /** How long it must have counted before it may start afresh when there are too many buckets. Default 0: it never does. */
  readonly minResetMs?: number;
}

/**
 * What the option `native` means.
 * @throws with code `INVALID_OPTION`
 */
export function checkNative(metric: string, native: unknown): NativeConfig | undefined {
  if (native === undefined || native === false) return undefined;
  if (native !== true && (typeof native !== 'object' || native === null)) {
    throw typeError(
      'INVALID_OPTION',
      `Option "native" of histogram "${metric}" must be a boolean or an object; got ${describeValue(native)}`,
    );
  }
  const options: NativeOptions = native === true ? {} : native;
  const { schema, growthFactor, maxBuckets = 160, zeroThreshold = 2 ** -128 } = options;
  const { maxZeroThreshold = 0, minResetMs = 0 } = options;
  const check = (option: string, value: unknown, holds: boolean, rule: string) => {
    if (typeof value === 'number' && holds) return;
    throw rangeError(
      'INVALID_OPTION',
      `Option "native.${option}" of histogram "${metric}" must be ${rule}; got ${describeValue(value)}`,
    );
  };
  if (schema !== undefined) {
    const isSchema = Number.isInteger(schema) && schema >= MIN_SCHEMA && schema <= MAX_SCHEMA;
    check('schema', schema, isSchema, `an integer from ${MIN_SCHEMA} to ${MAX_SCHEMA}`);
    check('growthFactor', growthFactor ?? 2, growthFactor === undefined, 'left out where "schema" is given');
  }
  if (growthFactor !== undefined) {
    check('growthFactor', growthFactor, growthFactor > 1 && growthFactor < Infinity, 'above 1');
  }
  const isCount = maxBuckets === Infinity || (Number.isInteger(maxBuckets) && maxBuckets >= 1);
  check('maxBuckets', maxBuckets, isCount, 'an integer from 1 on, or Infinity');
  check('zeroThreshold', zeroThreshold, zeroThreshold >= 0 && zeroThreshold < Infinity, '0 or positive');
  check('maxZeroThreshold', maxZeroThreshold, maxZeroThreshold >= 0 && maxZeroThreshold < Infinity, '0 or positive');
  check('minResetMs', minResetMs, minResetMs >= 0, '0 or positive');
  return {
    schema: schema ?? schemaOfGrowthFactor(growthFactor ?? 1.1),
    maxBuckets,
    zeroThreshold,
    maxZeroThreshold,
    minResetMs: minResetMs === Infinity ? 0 : minResetMs,
  };
}

/** What makes two definitions of a histogram differ by their native buckets. */
export function nativeParameters(native: NativeConfig | undefined): Readonly<Record<string, string>> {
  return native === undefined ? {} : { native: JSON.stringify(native) };
}
