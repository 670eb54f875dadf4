import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Settings } from './group.ts';
import { groupNames, loadGroup } from './load-groups.ts';

const settings: Settings = { clock: 'wall', roundMs: 1, warmUpMs: 1, series: 250 };
const names = await groupNames();
const groups = await Promise.all(names.map(async (name) => ({ name, group: await loadGroup(name) })));

beforeAll(() => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
  // A whole collection of the heap of the test takes long, and the measured bytes do not matter here.
  globalThis.gc = (() => gc({ type: 'minor' })) as typeof gc;
});

test('groupNames lists every file in the folder groups', () => {
  expect(names).toEqual([
    'cluster',
    'exposition',
    'gather',
    'graphite',
    'hot-path',
    'http',
    'making',
    'memory',
    'parse',
    'process',
    'start-up',
  ]);
});

test('loadGroup refuses an unknown group and names the existing groups', async () => {
  await expect(loadGroup('nothing')).rejects.toThrow(
    'There is no group "nothing"; there are cluster, exposition, gather, graphite, hot-path, http, making, memory, parse, process, start-up',
  );
});

describe.each(groups)('group $name', ({ group }) => {
  const rows = group.rows(settings);

  test('has rows with different titles, and contestants with different names', () => {
    const titles = rows.map(({ title }) => title);

    expect(new Set(titles).size).toBe(titles.length);
    for (const { contestants } of rows) {
      expect(new Set(contestants.map(({ name }) => name)).size).toBe(contestants.length);
    }
  });

  test('has targets against contestants of the same row', () => {
    for (const { contestants, targets } of rows) {
      const against = targets.flatMap((target) => ('against' in target ? target.against : []));
      expect(contestants.map(({ name }) => name)).toEqual(expect.arrayContaining(against));
    }
  });

  test.each(rows)('$title: every contestant does all measured operations', async ({ contestants }) => {
    for (const { start } of contestants) {
      const sampler = await start(settings);
      await sampler.sample();
      // The library itself reports its series and totals.
      await sampler.check();
    }
  });
});
