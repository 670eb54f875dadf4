import { describe, expect, test } from 'vitest';
import { LazyContext, SingleFlight } from './single-flight.ts';

describe('SingleFlight', () => {
  test('does not wait if the run itself aborts the signal of its caller', async () => {
    const controller = new AbortController();
    const run = () => {
      controller.abort(new Error('gone'));
      return new Promise<never>(() => {});
    };

    const result = new SingleFlight().join(run, { timeoutMs: Infinity, signal: controller.signal, keepAlive: true });

    await expect(result).rejects.toThrow('gone');
  });

  test('waits for a run with a time limit that no timer can have', async () => {
    const run = () => new Promise((resolve) => setTimeout(resolve, 5, 'done'));

    expect(await new SingleFlight().join(run, { timeoutMs: 2 ** 31, signal: undefined, keepAlive: true })).toBe('done');
  });
});

describe('LazyContext', () => {
  test('has a signal that is aborted, also if it is first read after the abort', () => {
    const early = new LazyContext();
    const late = new LazyContext();
    const reason = new Error('over');
    const { signal } = early;

    early.abort(reason);
    late.abort(reason);
    late.abort(new Error('again'));

    expect([signal.aborted, signal.reason]).toEqual([true, reason]);
    expect([late.signal.aborted, late.signal.reason]).toEqual([true, reason]);
    expect(late.signal).toBe(late.signal);
    expect(new LazyContext().signal.aborted).toBe(false);
  });
});
