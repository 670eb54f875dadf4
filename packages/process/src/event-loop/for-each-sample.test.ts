import { createHistogram } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { forEachSample } from './for-each-sample.ts';

function valuesIn(histogram: Parameters<typeof forEachSample>[0]): number[] {
  const values: number[] = [];
  forEachSample(histogram, (value, times) => values.push(...Array.from({ length: times }, () => value)));
  return values;
}

test.each([1, 2, 3, 10, 97, 1000, 4096])('forEachSample visits each of %d values in ascending order', (count) => {
  const histogram = createHistogram();
  const recorded = Array.from({ length: count }, (_, i) => Math.ceil(2e7 + 1e9 * ((i * 0.618034) % 1) ** 8));
  for (const value of recorded) histogram.record(value);
  recorded.sort((a, b) => a - b);

  const values = valuesIn(histogram);

  expect(values.length).toBe(count);
  // The histogram keeps three digits of a value, and returns the upper end of their range.
  expect(values.every((value, i) => value >= recorded[i]! && value <= recorded[i]! * 1.001)).toBe(true);
});

test('forEachSample visits equal values once, with their count', () => {
  const histogram = createHistogram();
  for (let i = 0; i < 1000; i++) histogram.record(500);
  const visits: number[][] = [];

  forEachSample(histogram, (...visit) => visits.push(visit));

  expect(visits).toEqual([[500, 1000]]);
});

test('forEachSample visits nothing in an empty histogram', () => {
  expect(valuesIn(createHistogram())).toEqual([]);
});
