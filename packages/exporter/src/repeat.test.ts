import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repeat } from './repeat.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('repeat calls its task once per interval, first after one interval', async () => {
  const task = vi.fn();
  const repetition = repeat(1000, task);

  await vi.advanceTimersByTimeAsync(999);
  expect(task).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2001);
  expect(task).toHaveBeenCalledTimes(3);
  await repetition.stop();
});

test('repeat never overlaps two calls, and does not make up for skipped ticks', async () => {
  const ends: (() => void)[] = [];
  const task = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
  const repetition = repeat(1000, task);

  await vi.advanceTimersByTimeAsync(5000);
  expect(task).toHaveBeenCalledTimes(1);
  ends[0]!();
  await vi.advanceTimersByTimeAsync(999);
  expect(task).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(task).toHaveBeenCalledTimes(2);
  ends[1]!();
  await repetition.stop();
});

test('stop of a repetition waits for the running call, and no other call begins', async () => {
  let end = () => {};
  const task = vi.fn(() => new Promise<void>((resolve) => (end = resolve)));
  const repetition = repeat(1000, task);
  await vi.advanceTimersByTimeAsync(1000);

  const stopped = vi.fn();
  void repetition.stop().then(stopped);
  await vi.advanceTimersByTimeAsync(5000);
  expect(stopped).not.toHaveBeenCalled();
  end();
  await vi.advanceTimersByTimeAsync(5000);
  expect(stopped).toHaveBeenCalledOnce();
  expect(task).toHaveBeenCalledOnce();
});

test.each([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
])('repeat continues after a task that %s', async (_, failing) => {
  const task = vi.fn(failing);
  const repetition = repeat(1000, task);

  await vi.advanceTimersByTimeAsync(2000);
  expect(task).toHaveBeenCalledTimes(2);
  await repetition.stop();
});
