import { expect, test, vi } from 'vitest';
import { ReportOnce } from './report-once.ts';

test('the first of several failures in a row is told, and the first after a success', () => {
  const tell = vi.fn();
  const outage = new ReportOnce(tell);

  for (const error of ['a', 'b', 'c']) outage.failed(error);
  outage.ended();
  outage.ended();
  outage.failed('d');

  expect(tell.mock.calls).toEqual([['a'], ['d']]);
});

test('nothing is thrown when the one who is told throws', () => {
  const tell = vi.fn(() => {
    throw new Error('no');
  });
  const outage = new ReportOnce(tell);

  outage.failed('a');
  outage.failed('b');

  expect(tell).toHaveBeenCalledOnce();
});
