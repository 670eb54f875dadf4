import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test.each([
  [1, 250, 500],
  [2, 500, 1000],
  [4, 2000, 4000],
  [7, 15_000, 30_000],
  [2000, 15_000, 30_000],
])('after %i failures one waits from %i to %i ms', (failures, least, most) => {
  const waits = Array.from({ length: 200 }, () => backoffMs(failures));

  expect(Math.min(...waits)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...waits)).toBeLessThanOrEqual(most);
  // All of the range is used.
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan((most - least) / 2);
});

test('both bounds can be said', () => {
  expect(backoffMs(1, { initialMs: 10 })).toBeLessThanOrEqual(10);
  expect(backoffMs(9, { initialMs: 10, maxMs: 20 })).toBeLessThanOrEqual(20);
});
