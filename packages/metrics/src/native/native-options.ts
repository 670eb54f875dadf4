import { checkOptionNames, describeValue, rangeError, typeError } from '@promwright/model';
import { MAX_SCHEMA, MIN_SCHEMA, schemaOfGrowthFactor } from './native-index.ts';
import type { NativeConfig } from './native-state.ts';

/** Options of a histogram's native buckets. */
export interface NativeOptions {
  /** Resolution, from -4 to 8: each bucket's bound is 2^(2^-schema) times the bound before. Instead of `growthFactor`. */
  readonly schema?: number;
  /** Limit of the ratio of each bound to the bound before; above 1. Default 1.1, which is schema 3. */
  readonly growthFactor?: number;
  /**
   * Limit of buckets, both signs together. Default 160; `Infinity` for no limit. Past the limit, the histogram starts again
   * at zero if `minResetMs` allows, else widens the zero bucket if `maxZeroThreshold` allows, else halves its resolution.
   */
  readonly maxBuckets?: number;
  /** Largest distance from zero in the zero bucket. Default 2^-128; 0 for a bucket of zero alone. */
  readonly zeroThreshold?: number;
  /** Limit of the zero threshold when there are too many buckets. Default 0: the zero bucket is never widened. */
  readonly maxZeroThreshold?: number;
  /** Shortest time between resets to zero when there are too many buckets, in milliseconds. Default 0: no resets. */
  readonly minResetMs?: number;
}

const NATIVE_OPTIONS: Readonly<Record<keyof NativeOptions, true>> = {
  schema: true,
  growthFactor: true,
  maxBuckets: true,
  zeroThreshold: true,
  maxZeroThreshold: true,
  minResetMs: true,
};

/**
 * Checks the option `native` and returns its values with defaults; `undefined` for no native buckets.
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
  checkOptionNames(`Option "native" of histogram "${metric}"`, options, Object.keys(NATIVE_OPTIONS));
  const { schema, growthFactor, maxBuckets = 160, zeroThreshold = 2 ** -128 } = options;
  const { maxZeroThreshold = 0, minResetMs = 0 } = options;
  const check = (option: string, value: unknown, isValid: boolean, rule: string) => {
    if (typeof value === 'number' && isValid) return;
    throw rangeError(
      'INVALID_OPTION',
      `Option "native.${option}" of histogram "${metric}" must be ${rule}; got ${describeValue(value)}`,
    );
  };
  if (schema !== undefined) {
    const isSchema = Number.isInteger(schema) && schema >= MIN_SCHEMA && schema <= MAX_SCHEMA;
    check('schema', schema, isSchema, `an integer from ${MIN_SCHEMA} to ${MAX_SCHEMA}`);
    check('growthFactor', growthFactor ?? 2, growthFactor === undefined, 'omitted if "schema" is given');
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

/** Returns the native buckets' part of a histogram's definition, to compare two definitions. */
export function nativeParameters(native: NativeConfig | undefined): Readonly<Record<string, string>> {
  return native === undefined ? {} : { native: JSON.stringify(native) };
}
