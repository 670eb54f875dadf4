import { expect, test } from 'vitest';
import { bucketIndex, schemaOfGrowthFactor, upperBound } from './native-index.ts';

const SCHEMAS = Array.from({ length: 13 }, (_, i) => i - 4);

test.each(SCHEMAS)('bucketIndex() in schema %i: every number is in the bucket whose bounds enclose it', (schema) => {
  for (let i = 0; i < 20_000; i++) {
    const value = (1 + Math.random()) * 2 ** (Math.random() * 2000 - 1000);
    const index = bucketIndex(value, schema);

    if (!(value > upperBound(index - 1, schema) && value <= upperBound(index, schema))) {
      expect.unreachable(`${value} is not in bucket ${index}`);
    }
  }
});

test.each(SCHEMAS)('bucketIndex() in schema %i: a bound belongs to the bucket below it', (schema) => {
  const last = bucketIndex(Number.MAX_VALUE, schema);
  for (let index = Math.max(-2000, -last); index <= Math.min(2000, last); index++) {
    expect(bucketIndex(upperBound(index, schema), schema)).toBe(index);
  }
});

test.each(SCHEMAS)('bucketIndex() in schema %i: the ends of the range have separate buckets', (schema) => {
  const last = bucketIndex(Number.MAX_VALUE, schema);

  expect(upperBound(last, schema)).toBe(Number.MAX_VALUE);
  expect(bucketIndex(Infinity, schema)).toBe(last + 1);
  expect(upperBound(bucketIndex(Number.MIN_VALUE, schema), schema)).toBeGreaterThanOrEqual(Number.MIN_VALUE);
});

test('bucketIndex() returns the same indexes as Prometheus', () => {
  expect([-4, 0, 3, 8].map((schema) => bucketIndex(Number.MAX_VALUE, schema))).toEqual([64, 1024, 8192, 262_144]);
  expect([1, 1.05, 2, 4, 0.5, 0.25].map((value) => bucketIndex(value, 0))).toEqual([0, 1, 1, 2, -1, -2]);
  expect([1, 1.1, 1.2, 1.4, 1.8, 2, 33.33].map((value) => bucketIndex(value, 2))).toEqual([0, 1, 2, 2, 4, 4, 21]);
  expect([0.0156251, 33.33, 1].map((value) => bucketIndex(value, -1))).toEqual([-2, 3, 0]);
});

test('schemaOfGrowthFactor() returns the coarsest schema within the factor', () => {
  const factors = [1e9, 65_536, 256, 17, 16, 4, 2, 1.5, 1.2, 1.1, 1.05, 1.03, 1.02, 1.01, 1.005, 1.0000001];

  expect(factors.map(schemaOfGrowthFactor)).toEqual([-4, -4, -3, -2, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 8]);
});
