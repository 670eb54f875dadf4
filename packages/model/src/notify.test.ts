import { expect, test, vi } from 'vitest';
import { notify } from './notify.ts';

test.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('no');
    },
  ],
])('notify passes the error on and ignores a callback that %s', async (_title, answer) => {
  const receive = vi.fn(answer as (error: unknown) => unknown);
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);

  notify(receive, 'error');
  await new Promise((resolve) => setImmediate(resolve));

  process.off('unhandledRejection', unhandled);
  expect(receive.mock.calls).toEqual([['error']]);
  expect(unhandled).not.toHaveBeenCalled();
});

test('notify does nothing without a callback', () => {
  expect(() => notify(undefined, 'error')).not.toThrow();
});
