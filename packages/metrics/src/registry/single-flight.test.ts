import { describe, expect, test } from 'vitest';
import { LazyContext } from './single-flight.ts';

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
