import { expect, onTestFinished, test, vi } from 'vitest';
import { retryAfterMs } from './retry-after.ts';

const DATE = 'Thu, 26 Nov 2026 12:00:00 GMT';

test.each<[header: string | undefined, date: string | undefined, ms: number | undefined]>([
  [undefined, DATE, undefined],
  ['0', DATE, 0],
  ['120', undefined, 120_000],
  [' 7 ', undefined, 7000],
  ['9'.repeat(400), undefined, Infinity],
  ['Thu, 26 Nov 2026 12:00:30 GMT', DATE, 30_000],
  ['Thursday, 26-Nov-26 12:00:30 GMT', DATE, 30_000],
  ['Thu, 26 Nov 2026 11:59:30 GMT', DATE, 0],
  ['-5', DATE, undefined],
  ['1.5', DATE, undefined],
  ['soon', DATE, undefined],
  ['Soon, please', DATE, undefined],
])('retryAfterMs reads %j', (header, date, ms) => {
  expect(retryAfterMs(header, date)).toBe(ms);
});

test('retryAfterMs compares a date with the clock if the response has no date', () => {
  vi.useFakeTimers({ now: Date.parse(DATE), toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());

  expect(retryAfterMs('Thu, 26 Nov 2026 12:00:05 GMT', 'nonsense')).toBe(5000);
});
