import { SCHEMA_8_BOUNDS } from './native-bounds.ts';

// A schema is a resolution: each bucket's upper bound is 2^(2^-schema) times the bound of the previous bucket.

/** Coarsest resolution. */
export const MIN_SCHEMA = -4;
/** Finest resolution. */
export const MAX_SCHEMA = 8;

/** Binary logarithm of the number of parts per bucket in `STARTS`: four parts. */
const PART_BITS = 2;

/** Bounds between 0.5 and 1, by schema from 0 to 8: each schema has every second bound of the next finer schema. */
const BOUNDS: readonly Float64Array[] = Array.from({ length: MAX_SCHEMA + 1 }, (_, schema) =>
  Float64Array.from({ length: 2 ** schema }, (_, i) => SCHEMA_8_BOUNDS[i << (MAX_SCHEMA - schema)]!),
);

/**
 * First bound to compare with, by schema and part. The numbers from 0.5 to 1 are cut into four times as many equal parts as
 * there are bounds (schema 1: two bounds, eight parts). A search starts at the first bound that is not below the part.
 */
const STARTS: readonly Uint16Array[] = BOUNDS.map((bounds, schema) => {
  const parts = 2 ** (schema + PART_BITS);
  return Uint16Array.from({ length: parts }, (_, i) => {
    const start = bounds.findIndex((bound) => bound >= 0.5 + i / (2 * parts));
    return start < 0 ? bounds.length : start;
  });
});

// A double and its two 32-bit words in the same memory, to take numbers apart without arithmetic.
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;

/**
 * Returns the index of the bucket of a positive number: bucket i holds numbers above bound i - 1 and up to bound i. Infinity
 * has a separate bucket after the bucket of the largest finite number.
 */
export function bucketIndex(value: number, schema: number): number {
  if (value === Infinity) return bucketIndex(Number.MAX_VALUE, schema) + 1;
  double[0] = value;
  let high = words[HIGH]!;
  let exponent = (high >>> 20) - 1022;
  if (exponent === -1022) {
    // Subnormal: the fraction has no implicit leading 1 bit until the number is scaled up.
    double[0] = value * 2 ** 64;
    high = words[HIGH]!;
    exponent = (high >>> 20) - 1022 - 64;
  }
  words[HIGH] = (high & 0x000fffff) | 0x3fe00000;
  const fraction = double[0]!;
  if (schema > 0) {
    const bounds = BOUNDS[schema]!;
    // The first bits of the fraction are the index of the part; then one or two bounds remain to compare.
    let low = STARTS[schema]![(high & 0x000fffff) >>> (20 - schema - PART_BITS)]!;
    while (low < bounds.length && bounds[low]! < fraction) low++;
    return low + (exponent - 1) * bounds.length;
  }
  const index = fraction === 0.5 ? exponent - 1 : exponent;
  // Rounds up to a multiple of 2^-schema, in units of 2^-schema.
  return (index + (1 << -schema) - 1) >> -schema;
}

/** Returns the upper bound of a bucket: `Number.MAX_VALUE` for the bucket of the largest finite number, Infinity after it. */
export function upperBound(index: number, schema: number): number {
  if (schema < 0) {
    const exponent = index * 2 ** -schema;
    // 2^1024 is not finite.
    return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
  }
  const bounds = BOUNDS[schema]!;
  const fraction = bounds[index & (bounds.length - 1)]!;
  const exponent = (index >> schema) + 1;
  if (fraction === 0.5 && exponent === 1025) return Number.MAX_VALUE;
  // In two steps, because 2^1024 is not finite although the product may be.
  return exponent > 1000
    ? fraction * 2 ** (exponent - 24) * 2 ** 24
    : fraction * 2 ** Math.max(exponent, -1000) * 2 ** Math.min(exponent + 1000, 0);
}

/**
 * Returns the coarsest schema whose buckets grow by at most this factor, from `MIN_SCHEMA` to `MAX_SCHEMA`.
 * @param factor above 1
 */
export function schemaOfGrowthFactor(factor: number): number {
  const floor = Math.floor(Math.log2(Math.log2(factor)));
  return Math.min(MAX_SCHEMA, Math.max(MIN_SCHEMA, 0 - floor)); // Not -floor, which could be -0.
}
