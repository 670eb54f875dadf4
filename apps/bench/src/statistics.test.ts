import { expect, test } from 'vitest';
import { ratios, spreadOf } from './statistics.ts';

test('the median of an odd number of values is the middle one, whatever their order', () => {
  const spread = spreadOf([50, 10, 30, 20, 40]);

  expect(spread).toEqual({ least: 10, lowerQuartile: 20, median: 30, upperQuartile: 40 });
});

test('between two values the quantiles are interpolated', () => {
  const spread = spreadOf([4, 1, 3, 2]);

  expect(spread).toEqual({ least: 1, lowerQuartile: 1.75, median: 2.5, upperQuartile: 3.25 });
});

test('numbers are compared as numbers', () => {
  const spread = spreadOf([100, 9, 20]);

  expect(spread.median).toBe(20);
});

test('one value is all of its quantiles', () => {
  const spread = spreadOf([7]);

  expect(spread).toEqual({ least: 7, lowerQuartile: 7, median: 7, upperQuartile: 7 });
});

test('no values have no median', () => {
  const spread = spreadOf([]);

  expect(Object.values(spread)).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
});

test('the values are left as they were', () => {
  const values = [3, 1, 2];

  spreadOf(values);

  expect(values).toEqual([3, 1, 2]);
});

test('measurements are divided by those of the same round, so that a slow round changes no ratio', () => {
  const ours = [1, 10, 2];
  const theirs = [40, 400, 80];

  const paired = ratios(theirs, ours);

  expect(paired).toEqual([40, 40, 40]);
});

test('measurements of different rounds are not paired', () => {
  expect(() => ratios([1, 2], [1])).toThrow(RangeError);
});
