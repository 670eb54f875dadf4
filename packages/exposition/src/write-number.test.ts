import { describe, expect, test } from 'vitest';
import { MAX_NUMBER_BYTES, writeNumber } from './write-number.ts';

const RUNS = 10 * Number(process.env.PROPERTY_RUNS ?? 10_000);

const bytes = new Uint8Array(2 * MAX_NUMBER_BYTES);
const decoder = new TextDecoder();

/** Returns the written text; undefined if the number is left to `String`. */
function written(value: number): string | undefined {
  const end = writeNumber(bytes, 3, value);
  return end < 0 ? undefined : decoder.decode(bytes.subarray(3, end));
}

/** Returns uniform random 32-bit integers. */
function randomWords(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const random = randomWords(Number(process.env.PROPERTY_SEED ?? 1) * 7919);
const uniform = () => random() / 2 ** 32 + random() / 2 ** 64;
const anyBits = new DataView(new ArrayBuffer(8));

/** Random numbers of many kinds, with the share that is written without `String`. */
const kinds: readonly (readonly [kind: string, share: number, next: () => number])[] = [
  [
    'of any 64 bits',
    0,
    () => {
      anyBits.setUint32(0, random());
      anyBits.setUint32(4, random());
      return anyBits.getFloat64(0);
    },
  ],
  ['of any bits from 1e-7 to 1e16', 0.6, () => (random() & 1 ? 1 : -1) * 10 ** (23 * uniform() - 7)],
  ['below 1', 0.8, uniform],
  ['below 1000', 0.8, () => 1000 * uniform()],
  ['with few decimals', 0.9, () => (random() % 1e9) / 10 ** (random() % 12)],
  ['with 15 digits', 0.7, () => Number(`${1e14 + Math.floor(9e14 * uniform())}e-${random() % 20}`)],
  ['with 16 digits', 0.4, () => Number(`${1e15 + Math.floor(9e15 * uniform())}e-${random() % 20}`)],
  ['sums of decimals', 0.7, () => (random() % 100_000) * 1.37 + (random() % 1000) * 0.1],
  ['neighbours of decimals', 0.5, () => neighbour((random() % 1e6) / 10 ** (random() % 8))],
  ['neighbours of powers of two', 0, () => neighbour(2 ** ((random() % 90) - 40))],
  ['halfway between decimals', 0.3, () => ((random() % 2 ** 30) + 0.5) / 2 ** (random() % 30)],
  ['whole', 0.8, () => Math.floor(10 ** (15 * uniform()))],
];

/** Returns one of the numbers next to a positive number. */
function neighbour(value: number): number {
  anyBits.setFloat64(0, value);
  anyBits.setBigUint64(0, anyBits.getBigUint64(0) + BigInt((random() % 7) - 3));
  return anyBits.getFloat64(0);
}

describe('writeNumber', () => {
  test.each(kinds)('writes the text of String: numbers %s', { timeout: 20_000 + RUNS / 100 }, (_, share, next) => {
    const count = Math.ceil(RUNS / kinds.length);
    const wrong: unknown[] = [];
    let direct = 0;
    for (let i = 0; i < count; i++) {
      const value = next();
      const text = written(value);
      if (text !== undefined) direct++;
      if (text !== undefined && text !== `${value}` && wrong.length < 10) wrong.push({ value, text });
    }

    expect(wrong).toEqual([]);
    expect(direct).toBeGreaterThanOrEqual(share * count);
  });

  test.each([
    0,
    1,
    -1,
    9,
    10,
    99,
    100,
    999_999_999,
    2 ** 31 - 1,
    2 ** 31,
    2 ** 32,
    1e14,
    999_999_999_999_999,
    0.1,
    0.3,
    0.5,
    1e-6,
    0.1 + 0.2,
    1 / 3,
    1.37 * 3,
    4.35,
    123_456.789,
    5e-6,
    1.5,
    0.000_123_4,
    99_999_999.5,
    100_000_000.000_000_01,
    12_345_678.5,
    0.999_999_999_999_999_9,
    9.999_999_999_999_998,
    8.999_999_999_999_998,
    1.000_000_000_000_000_2,
  ])('writes %d itself', (value) => {
    expect([written(value) ?? `${value}`, written(-value) ?? `${-value}`]).toEqual([`${value}`, `${-value}`]);
  });

  test.each([
    Number.NaN,
    Infinity,
    -Infinity,
    1e15,
    2 ** 53,
    2 ** 53 + 2,
    1e21,
    1e22,
    1e300,
    Number.MAX_VALUE,
    9.9e-7,
    1e-7,
    5e-324,
    2.225_073_858_507_201_4e-308,
  ])('leaves %d to String', (value) => {
    expect(written(value)).toBeUndefined();
  });

  test('writes -0 as 0', () => {
    expect(written(-0)).toBe('0');
  });

  test('writes at most MAX_NUMBER_BYTES', () => {
    expect(written(-0.000_001_234_567_890_123_456_7)!.length).toBeLessThanOrEqual(MAX_NUMBER_BYTES);
  });
});
