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
  globalThis.gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>;
});

test('every file among the groups is one', () => {
  expect(names).toEqual([
    'exposition',
    'gather',
    'graphite',
    'hot-path',
    'http',
    'memory',
    'parse',
    'process',
    'start-up',
  ]);
});

test('an unknown group is refused with the names of those that there are', async () => {
  await expect(loadGroup('nothing')).rejects.toThrow(
    'There is no group "nothing"; there are exposition, gather, graphite, hot-path, http, memory, parse, process, start-up',
  );
});

describe.each(groups)('$name', ({ group }) => {
  const rows = group.rows(settings);

  test('tells its rows apart by their titles, and its contestants by their names', () => {
    const titles = rows.map(({ title }) => title);

    expect(new Set(titles).size).toBe(titles.length);
    for (const { contestants } of rows) {
      expect(new Set(contestants.map(({ name }) => name)).size).toBe(contestants.length);
    }
  });

  test('aims at contestants that are in the row', () => {
    for (const { contestants, targets } of rows) {
      const against = targets.flatMap((target) => ('against' in target ? target.against : []));
      expect(contestants.map(({ name }) => name)).toEqual(expect.arrayContaining(against));
    }
  });

  test.each(rows)('$title: every contestant does what it is measured at', async ({ contestants }) => {
    for (const { start } of contestants) {
      const sampler = await start(settings);
      await sampler.sample();
      // Asks the library itself for its series and totals.
      await sampler.check();
    }
  });
});
