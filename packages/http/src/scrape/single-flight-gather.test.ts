import type { GatherOptions, MetricFamily } from '@promwright/model';
import { describe, expect, test, vi } from 'vitest';
import { eventually } from '../../test/eventually.ts';
import { SingleFlightGather, type SingleFlightGatherOptions } from './single-flight-gather.ts';

/** Creates a gatherer whose calls settle on demand. */
function controlled() {
  const calls: { options: GatherOptions; end(): readonly MetricFamily[]; fail(error: unknown): void }[] = [];
  const gather = (options: GatherOptions = {}): Promise<readonly MetricFamily[]> =>
    new Promise((resolve, reject) => {
      const families: readonly MetricFamily[] = [];
      const end = () => {
        resolve(families);
        return families;
      };
      calls.push({ options, end, fail: reject });
    });
  return { gatherer: { gather }, calls };
}

function wish(changes: Partial<SingleFlightGatherOptions> = {}): SingleFlightGatherOptions {
  const signal = new AbortController().signal;
  return { names: [], strict: false, collectorMs: 100, deadlineMs: 1000, signal, ...changes };
}

describe('SingleFlightGather', () => {
  test('gathers once for overlapping calls, and again for a later call', async () => {
    const { gatherer, calls } = controlled();
    const shared = new SingleFlightGather();

    const first = shared.gather(gatherer, wish());
    const second = shared.gather(gatherer, wish({ deadlineMs: 1100 }));
    const families = calls[0]!.end();
    expect(await first).toBe(families);
    expect(await second).toBe(families);
    const third = shared.gather(gatherer, wish());
    calls[1]!.end();
    await third;

    expect(calls).toHaveLength(2);
    expect(calls[0]!.options).toEqual({
      timeoutMs: 100,
      strict: false,
      keepAlive: false,
      signal: expect.any(AbortSignal),
    });
  });

  test.each<[what: string, second: Partial<SingleFlightGatherOptions>]>([
    ['other names', { names: ['a'] }],
    ['strict gathering', { strict: true }],
    ['an earlier deadline', { deadlineMs: 999 }],
    ['more time for collectors', { collectorMs: 101 }],
  ])('gathers separately for a call that needs %s', async (_, second) => {
    const { gatherer, calls } = controlled();
    const shared = new SingleFlightGather();

    const answers = [shared.gather(gatherer, wish()), shared.gather(gatherer, wish(second))];
    for (const call of calls) call.end();
    await Promise.all(answers);

    expect(calls).toHaveLength(2);
  });

  test('does not confuse lists of names that join to the same string', async () => {
    const { gatherer, calls } = controlled();
    const shared = new SingleFlightGather();
    const lists = [['a', 'b'], ['a,b'], ['a","b'], ['b', 'a'], []];

    const answers = lists.map((names) => shared.gather(gatherer, wish({ names })));
    for (const call of calls) call.end();
    await Promise.all(answers);

    expect(calls.map(({ options }) => options.names)).toEqual([['a', 'b'], ['a,b'], ['a","b'], ['b', 'a'], undefined]);
  });

  test('a client that leaves does not affect the other; the last client ends the gathering', async () => {
    const { gatherer, calls } = controlled();
    const shared = new SingleFlightGather();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = shared.gather(gatherer, wish({ signal: one.signal }));
    const second = shared.gather(gatherer, wish({ signal: other.signal }));

    one.abort(new Error('one left'));
    await expect(first).rejects.toThrow('one left');
    const abortedByOne = calls[0]!.options.signal!.aborted;
    other.abort(new Error('both left'));
    await expect(second).rejects.toThrow('both left');

    expect(abortedByOne).toBe(false);
    expect(calls[0]!.options.signal!.reason).toEqual(new Error('both left'));
  });

  test('gathers again for a client that comes after all others have left, even while the aborted run continues', async () => {
    const { gatherer, calls } = controlled();
    const shared = new SingleFlightGather();
    const left = new AbortController();
    const first = shared.gather(gatherer, wish({ signal: left.signal }));
    left.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');

    const second = shared.gather(gatherer, wish());
    calls[0]!.fail(new Error('given up'));
    const families = calls[1]!.end();

    expect(await second).toBe(families);
  });

  test('aborts a run that nobody waits for, also if a later run has replaced it', async () => {
    const { gatherer, calls } = controlled();
    const shared = new SingleFlightGather();
    const left = new AbortController();
    const first = shared.gather(gatherer, wish({ signal: left.signal }));
    const second = shared.gather(gatherer, wish({ deadlineMs: 10 }));

    left.abort();
    await expect(first).rejects.toThrow();
    calls[1]!.end();
    await second;

    expect(calls.map(({ options }) => options.signal!.aborted)).toEqual([true, false]);
  });

  test('does not abort a finished run', async () => {
    const { gatherer, calls } = controlled();
    const shared = new SingleFlightGather();

    const answer = shared.gather(gatherer, wish());
    calls[0]!.end();
    await answer;

    expect(calls[0]!.options.signal!.aborted).toBe(false);
  });

  test('does not gather for a client that has already left', async () => {
    const gather = vi.fn();

    const answer = new SingleFlightGather().gather({ gather }, wish({ signal: AbortSignal.abort(new Error('gone')) }));

    await expect(answer).rejects.toThrow('gone');
    expect(gather).not.toHaveBeenCalled();
  });

  test.each<[what: string, gather: () => Promise<never>]>([
    ['rejects', () => Promise.reject(new Error('no registry'))],
    [
      'throws',
      () => {
        throw new Error('no registry');
      },
    ],
  ])('rejects for all waiting clients if the gatherer %s, but not for a later client', async (_, fail) => {
    const gather = vi.fn<() => Promise<readonly MetricFamily[]>>(async () => []).mockImplementationOnce(fail);
    const shared = new SingleFlightGather();

    await expect(shared.gather({ gather }, wish())).rejects.toThrow('no registry');

    expect(await shared.gather({ gather }, wish())).toEqual([]);
  });

  test('accepts a gatherer that returns no promise', async () => {
    const families: readonly MetricFamily[] = [];

    const answer = new SingleFlightGather().gather({ gather: () => families as never }, wish());

    expect(await answer).toBe(families);
  });

  test('leaves no listener on the signal of a client', async () => {
    const signal = new AbortController().signal;
    const [add, remove] = [vi.spyOn(signal, 'addEventListener'), vi.spyOn(signal, 'removeEventListener')];

    await new SingleFlightGather().gather({ gather: async () => [] }, wish({ signal }));

    await eventually(() => expect(remove.mock.calls.length).toBe(1));
    expect(remove.mock.calls[0]!.slice(0, 2)).toEqual(add.mock.calls[0]!.slice(0, 2));
  });
});
