import { expect, test } from 'vitest';
import type { Settings } from './group.ts';
import { measureTime, type Operation } from './measure-time.ts';

const settings: Settings = { clock: 'wall', roundMs: 2, warmUpMs: 5, series: 1 };

/** Creates an operation that does only each `kept`-th of its calls. */
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

test('check accepts a contestant that has done all operations', async () => {
  const sampler = await measureTime(counting(1), settings);
  const nanoseconds = await sampler.sample();

  await expect(sampler.check()).resolves.toBeUndefined();
  expect(nanoseconds).toBeGreaterThan(0);
});

test('check throws for a contestant that has done fewer operations', async () => {
  const sampler = await measureTime(counting(2), settings);
  await sampler.sample();

  await expect(sampler.check()).rejects.toThrow('shows 1 series');
});

test('check throws for a contestant with an unexpected number of series', async () => {
  const sampler = await measureTime({ ...counting(1), initially: { series: 180, total: 0 } }, settings);

  await expect(sampler.check()).rejects.toThrow('shows 1 series');
});
