import { expect, test } from 'vitest';
import type { Settings } from './group.ts';
import { measureTime, type Operation } from './measure-time.ts';

const settings: Settings = { clock: 'wall', roundMs: 2, warmUpMs: 5, series: 1 };

/** An operation that loses all but each `kept`-th of what it is told to do. */
function counting(kept: number): Operation {
  let total = 0;
  return {
    run(times) {
      total += times / kept;
    },
    read: () => ({ series: 1, total }),
    initially: { series: 1, total: 0 },
  };
}

test('accepts a contestant that has done all it was told', async () => {
  const sampler = await measureTime(counting(1), settings);
  const nanoseconds = await sampler.sample();

  await expect(sampler.check()).resolves.toBeUndefined();
  expect(nanoseconds).toBeGreaterThan(0);
});

test('notices a contestant that does less', async () => {
  const sampler = await measureTime(counting(2), settings);
  await sampler.sample();

  await expect(sampler.check()).rejects.toThrow('shows 1 series');
});

test('notices a contestant with other series than it must have', async () => {
  const sampler = await measureTime({ ...counting(1), initially: { series: 180, total: 0 } }, settings);

  await expect(sampler.check()).rejects.toThrow('shows 1 series');
});
