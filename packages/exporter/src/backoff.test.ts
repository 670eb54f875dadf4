import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test.each([
  [1, 250, 500],
  [2, 500, 1000],
  [4, 2000, 4000],
  [7, 15_000, 30_000],
  [2000, 15_000, 30_000],
])('backoffMs after %i failures is from %i to %i ms', (failures, min, max) => {
  const waits = Array.from({ length: 200 }, () => backoffMs(failures));

  expect(Math.min(...waits)).toBeGreaterThanOrEqual(min);
  expect(Math.max(...waits)).toBeLessThanOrEqual(max);
  // Delays are spread over the whole range.
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan((max - min) / 2);
});

test('backoffMs respects the options initialMs and maxMs', () => {
  expect(backoffMs(1, { initialMs: 10 })).toBeLessThanOrEqual(10);
  expect(backoffMs(9, { initialMs: 10, maxMs: 20 })).toBeLessThanOrEqual(20);
});
