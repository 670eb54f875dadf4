import type { GatherOptions } from '@promwright/model';
import { expect, test, vi } from 'vitest';
import { gatherWithTimeout } from './gather-with-timeout.ts';

const signal = new AbortController().signal;

test('gatherWithTimeout gathers once and returns the families unchanged', async () => {
  const families: never[] = [];
  const gather = vi.fn(async (_options?: GatherOptions) => families);

  expect(await gatherWithTimeout({ gather }, { timeoutMs: 1000, signal, strict: true })).toBe(families);
  expect(gather).toHaveBeenCalledOnce();
  expect(gather.mock.calls[0]![0]).toMatchObject({ strict: true, timeoutMs: 500 });
});

test.each([
  [100_000, 5000],
  [1000, 500],
])('gatherWithTimeout with %i ms gives each collector %i ms', async (timeoutMs, collectorMs) => {
  const gather = vi.fn(async (_options?: GatherOptions) => []);

  await gatherWithTimeout({ gather }, { timeoutMs, signal });

  expect(gather.mock.calls[0]![0]).toMatchObject({ timeoutMs: collectorMs, strict: false });
});

test('gatherWithTimeout waits with a time limit that no timer can have', async () => {
  const gather = () => new Promise<never[]>((resolve) => setTimeout(resolve, 5, []));

  expect(await gatherWithTimeout({ gather }, { timeoutMs: 2 ** 31, signal })).toEqual([]);
});

test('gatherWithTimeout gives up a gatherer that never settles, and aborts its signal', async () => {
  const gather = vi.fn((_options?: GatherOptions) => new Promise<never>(() => undefined));

  await expect(gatherWithTimeout({ gather }, { timeoutMs: 10, signal })).rejects.toMatchObject({
    code: 'COLLECTOR_TIMEOUT',
    message: 'Metrics were not gathered within 10 ms',
  });
  expect(gather.mock.calls[0]![0]!.signal!.aborted).toBe(true);
});

test('gatherWithTimeout rejects with the reason of an aborted signal', async () => {
  const control = new AbortController();
  const gather = vi.fn((_options?: GatherOptions) => new Promise<never>(() => undefined));
  const gathering = gatherWithTimeout({ gather }, { timeoutMs: 1000, signal: control.signal });

  control.abort('enough');

  await expect(gathering).rejects.toBe('enough');
  expect(gather.mock.calls[0]![0]!.signal!.reason).toBe('enough');
  await expect(gatherWithTimeout({ gather }, { timeoutMs: 1000, signal: control.signal })).rejects.toBe('enough');
  expect(gather).toHaveBeenCalledOnce();
});

test('gatherWithTimeout rejects with the error of the gatherer', async () => {
  const failing = { gather: () => Promise.reject(new Error('rejected')) };
  const throwing = {
    gather() {
      throw new Error('thrown');
    },
  };

  await expect(gatherWithTimeout(failing, { timeoutMs: 1000, signal })).rejects.toThrow('rejected');
  await expect(gatherWithTimeout(throwing, { timeoutMs: 1000, signal })).rejects.toThrow('thrown');
});
