import { expect, test } from 'vitest';
import { keepProcessAlive } from './keep-process-alive.ts';

const timers = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;

test('keepProcessAlive keeps a timer active until the task settles', async () => {
  const before = timers();
  let end = (_: number) => {};
  const result = keepProcessAlive(() => new Promise<number>((resolve) => (end = resolve)));
  expect(timers()).toBe(before + 1);

  end(1);
  expect(await result).toBe(1);
  expect(timers()).toBe(before);

  await expect(keepProcessAlive(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(timers()).toBe(before);
});
