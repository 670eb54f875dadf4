import { expect, test } from 'vitest';
import { abortable } from './abortable.ts';

const never = new Promise<never>(() => undefined);

test('abortable settles like its promise', async () => {
  const { signal } = new AbortController();

  await expect(abortable(Promise.resolve(1), signal)).resolves.toBe(1);
  await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
});

test('abortable rejects with the reason of an aborted signal', async () => {
  const control = new AbortController();
  const waiting = abortable(never, control.signal);

  control.abort('enough');

  await expect(waiting).rejects.toBe('enough');
  await expect(abortable(never, control.signal)).rejects.toBe('enough');
});

test('a promise that rejects after the abort causes no unhandled rejection', async () => {
  let fail = (_: Error) => {};
  const failing = new Promise<never>((_, reject) => (fail = reject));
  await expect(abortable(failing, AbortSignal.abort('enough'))).rejects.toBe('enough');

  fail(new Error('late'));

  // An unhandled rejection would end the test run.
  await new Promise((resolve) => setTimeout(resolve, 10));
});
