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

test('ReportOnce ignores exceptions of its callback', () => {
  const report = vi.fn(() => {
    throw new Error('no');
  });
  const once = new ReportOnce(report);

  once.failed('a');
  once.failed('b');

  expect(report).toHaveBeenCalledOnce();
});
