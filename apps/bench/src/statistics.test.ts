import { expect, test } from 'vitest';
import { ratios, spreadOf } from './statistics.ts';

test('the median of an odd number of values is the middle value, in any order', () => {
  const spread = spreadOf([50, 10, 30, 20, 40]);

  expect(spread).toEqual({ least: 10, lowerQuartile: 20, median: 30, upperQuartile: 40 });
});

test('quantiles between two values are interpolated', () => {
  const spread = spreadOf([4, 1, 3, 2]);

  expect(spread).toEqual({ least: 1, lowerQuartile: 1.75, median: 2.5, upperQuartile: 3.25 });
});

test('spreadOf sorts values as numbers, not as strings', () => {
  const spread = spreadOf([100, 9, 20]);

  expect(spread.median).toBe(20);
});

test('a single value is every quantile', () => {
  const spread = spreadOf([7]);

  expect(spread).toEqual({ least: 7, lowerQuartile: 7, median: 7, upperQuartile: 7 });
});

test('the median without values is NaN', () => {
  const spread = spreadOf([]);

  expect(Object.values(spread)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
});

test('spreadOf does not change its argument', () => {
  const values = [3, 1, 2];

  spreadOf(values);

  expect(values).toEqual([3, 1, 2]);
});

test('ratios divides measurements of the same round, so that a slow round changes no ratio', () => {
  const ours = [1, 10, 2];
  const theirs = [40, 400, 80];

  const paired = ratios(theirs, ours);

  expect(paired).toEqual([40, 40, 40]);
});

test('ratios throws for different numbers of rounds', () => {
  expect(() => ratios([1, 2], [1])).toThrow(RangeError);
});
