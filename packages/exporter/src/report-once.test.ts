import { expect, test, vi } from 'vitest';
import { ReportOnce } from './report-once.ts';

test('ReportOnce reports the first of consecutive failures, and the first failure after a success', () => {
  const report = vi.fn();
  const once = new ReportOnce(report);

  for (const error of ['a', 'b', 'c']) once.failed(error);
  once.succeeded();
  once.succeeded();
  once.failed('d');

  expect(report.mock.calls).toEqual([['a'], ['d']]);
});

test.each([
  [
    'exceptions',
    () => {
      throw new Error('no');
    },
  ],
  ['rejections', () => Promise.reject(new Error('no'))],
])('ReportOnce ignores %s of its callback', async (_title, answer) => {
  const report = vi.fn<() => unknown>(answer);
  const once = new ReportOnce(report);

  once.failed('a');
  once.failed('b');
  // An unhandled rejection would fail the run of the tests.
  await new Promise((resolve) => setImmediate(resolve));

  expect(report).toHaveBeenCalledOnce();
});
