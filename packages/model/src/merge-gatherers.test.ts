import { describe, expect, test } from 'vitest';
import type { Gatherer, GatherOptions } from './collector.ts';
import { createFamily } from './create-family.ts';
import { type FamilyInput, familyFromRows } from './family-from-rows.ts';
import { mergeGatherers } from './merge-gatherers.ts';
import { type MetricFamily, NO_NATIVE } from './metric-family.ts';

function gathererOf(...inputs: (FamilyInput | MetricFamily)[]): Gatherer {
  return { gather: async () => inputs.map((input) => ('layout' in input ? input : familyFromRows(input))) };
}

async function rowsOf(gatherer: Gatherer, options?: GatherOptions): Promise<Record<string, unknown[]>> {
  const families = await gatherer.gather(options);
  return Object.fromEntries(
    families.map((family) => [family.name, [...family.rows()].map((row) => ({ ...row, labels: { ...row.labels } }))]),
  );
}

describe('mergeGatherers', () => {
  test('returns all families, and joins families of one name', async () => {
    const merged = mergeGatherers(
      gathererOf(
        { name: 'a', type: 'gauge', rows: [{ labels: { x: '1' }, value: 1 }] },
        { name: 'b', type: 'gauge', rows: [{ value: 2 }] },
      ),
      gathererOf(
        { name: 'c', type: 'gauge', rows: [{ value: 3 }] },
        {
          name: 'a',
          type: 'gauge',
          rows: [
            { labels: { x: '2', y: '1' }, value: 4 },
            { labels: { y: '1' }, value: 5, timestampMs: 7 },
          ],
        },
      ),
    );

    expect(await rowsOf(merged)).toEqual({
      a: [
        { labels: { x: '1' }, value: 1 },
        { labels: { x: '2', y: '1' }, value: 4 },
        { labels: { y: '1' }, value: 5, timestampMs: 7 },
      ],
      b: [{ labels: {}, value: 2 }],
      c: [{ labels: {}, value: 3 }],
    });
  });

  test('has a snapshot if all gatherers have one', () => {
    const withSnapshot = (labels: Record<string, string>): Gatherer => ({
      ...gathererOf(),
      snapshot: () => [familyFromRows({ name: 'a', type: 'gauge', rows: [{ labels, value: 1 }] })],
    });

    const families = mergeGatherers(withSnapshot({ x: '1' }), withSnapshot({ x: '2' })).snapshot?.();

    expect(families?.map(({ name, size }) => [name, size])).toEqual([['a', 2]]);
    expect(mergeGatherers(withSnapshot({ x: '1' }), gathererOf()).snapshot).toBeUndefined();
  });

  test('keeps constant labels, exemplars, native buckets and start times of each series', async () => {
    const histogram = (zone: string, native: boolean): MetricFamily =>
      createFamily({
        ...familyFromRows({
          name: 'h',
          type: 'histogram',
          rows: [{ labels: { a: 'x' }, buckets: [{ le: 1, count: 1 }], count: 2, sum: 3, startMs: 5 }],
        }),
        constLabels: [{ name: 'zone', value: zone }],
        exemplars: {
          offsets: Int32Array.of(0, 1),
          exemplars: [{ labels: [{ name: 't', value: zone }], value: 1 }],
          buckets: Int32Array.of(1),
        },
        ...(native && {
          native: {
            schemas: Int8Array.of(3),
            zeroThresholds: Float64Array.of(0.5),
            zeroCounts: Float64Array.of(1),
            positive: { offsets: Int32Array.of(0, 2), indexes: Int32Array.of(1, 5), counts: Float64Array.of(3, 4) },
            negative: { offsets: Int32Array.of(0, 0), indexes: new Int32Array(0), counts: new Float64Array(0) },
          },
        }),
      });
    const merged = mergeGatherers(gathererOf(histogram('a', false)), gathererOf(histogram('b', true)));
    const common = {
      buckets: [
        { le: 1, count: 1 },
        { le: Infinity, count: 2 },
      ],
      count: 2,
      sum: 3,
      startMs: 5,
    };
    const exemplar = (zone: string) => ({ labels: [{ name: 't', value: zone }], value: 1, le: Infinity });

    expect(await rowsOf(merged)).toEqual({
      h: [
        { labels: { zone: 'a', a: 'x' }, ...common, exemplars: [exemplar('a')] },
        {
          labels: { zone: 'b', a: 'x' },
          ...common,
          exemplars: [exemplar('b')],
          native: {
            schema: 3,
            zeroThreshold: 0.5,
            zeroCount: 1,
            positive: [
              { index: 1, count: 3 },
              { index: 5, count: 4 },
            ],
            negative: [],
          },
        },
      ],
    });
    expect([...(await merged.gather())[0]!.native!.schemas]).toEqual([NO_NATIVE, 3]);
  });

  test.each<[string, FamilyInput]>([
    ['of another type', { name: 'a', type: 'counter', rows: [{ labels: { x: '2' }, value: 9 }] }],
    ['with a series of the same labels', { name: 'a', type: 'gauge', rows: [{ labels: { x: '1' }, value: 9 }] }],
  ])('shows the first of two families and counts a conflict: a family %s', async (_, other) => {
    const merged = mergeGatherers(
      gathererOf({ name: 'a', type: 'gauge', rows: [{ labels: { x: '1' }, value: 1 }] }),
      gathererOf(other),
    );

    expect(await rowsOf(merged)).toEqual({
      a: [{ labels: { x: '1' }, value: 1 }],
      promwright_merge_errors_total: [{ labels: { family: 'a' }, value: 1 }],
    });
    await expect(merged.gather({ strict: true })).rejects.toMatchObject({ code: 'CLASHING_NAME' });
  });

  test.each<[string, FamilyInput, FamilyInput]>([
    [
      'a counter beside a gauge of its name without suffix',
      { name: 'x', type: 'gauge', rows: [{ value: 1 }] },
      { name: 'x_total', type: 'counter', rows: [{ value: 2 }] },
    ],
    [
      'a gauge with a sample name of a summary',
      { name: 'x', type: 'summary', rows: [{ count: 1, sum: 2 }] },
      { name: 'x_count', type: 'gauge', rows: [{ value: 2 }] },
    ],
  ])('shows both families and counts a clash: %s', async (_, first, second) => {
    const merged = mergeGatherers(gathererOf(first), gathererOf(second));

    const rows = await rowsOf(merged);

    expect(Object.keys(rows)).toEqual([first.name, second.name, 'promwright_merge_errors_total']);
    expect(rows.promwright_merge_errors_total).toEqual([{ labels: { family: second.name }, value: 1 }]);
    await expect(merged.gather({ strict: true })).rejects.toMatchObject({ code: 'CLASHING_NAME' });
  });

  test('keeps absent numbers absent', async () => {
    const full = [
      {
        labels: { a: '1' },
        buckets: [
          { le: 1, count: 1 },
          { le: Infinity, count: 2 },
        ],
        count: 2,
        sum: 3,
      },
    ];
    const without = [{ labels: { a: '2' }, buckets: [{ le: Infinity, count: 2 }], count: 2 }];
    const histogram = (rows: FamilyInput['rows']) => ({ name: 'h', type: 'histogram', rows }) as const;
    const partial = familyFromRows(histogram([...full, ...without]));
    const other = familyFromRows(histogram([{ ...full[0]!, labels: { a: '3' } }]));

    expect(await rowsOf(mergeGatherers(gathererOf(other), gathererOf(partial)))).toEqual({
      h: [{ ...full[0], labels: { a: '3' } }, ...full, ...without],
    });
  });

  test('finds names that become equal by escaping', async () => {
    const gauge = familyFromRows({ name: 'a_b', type: 'gauge', rows: [{ value: 1 }] });
    const merged = mergeGatherers(gathererOf(gauge), gathererOf(createFamily({ ...gauge, name: 'a.b' })));

    expect((await rowsOf(merged)).promwright_merge_errors_total).toEqual([{ labels: { family: 'a.b' }, value: 1 }]);
  });

  test('omits and counts a gatherer that fails; in strict mode, fails', async () => {
    const broken: Gatherer = { gather: () => Promise.reject(new Error('boom')) };
    const throwing: Gatherer = {
      gather() {
        throw new Error('boom');
      },
    };
    const merged = mergeGatherers(broken, gathererOf({ name: 'a', type: 'gauge', rows: [{ value: 1 }] }), throwing);

    expect(await rowsOf(merged)).toEqual({
      a: [{ labels: {}, value: 1 }],
      promwright_merge_errors_total: [{ labels: { family: '' }, value: 2 }],
    });
    await expect(merged.gather({ strict: true })).rejects.toThrow('boom');
  });

  test('passes on the options of gather', async () => {
    const seen: GatherOptions[] = [];
    const spy: Gatherer = {
      gather: async (options = {}) => {
        seen.push(options);
        return [];
      },
    };
    const options = { names: ['a'], timeoutMs: 5, signal: new AbortController().signal };

    await mergeGatherers(spy, mergeGatherers(spy)).gather(options);

    expect(seen).toEqual([options, options]);
  });

  test('counts an error if it contains itself, instead of gathering without end', async () => {
    const parts: Gatherer[] = [gathererOf({ name: 'a', type: 'gauge', rows: [{ value: 1 }] })];
    const loop: Gatherer = { gather: (options) => merged.gather(options) };
    const merged = mergeGatherers(parts[0]!, loop);

    expect(Object.keys(await rowsOf(merged))).toEqual(['a', 'promwright_merge_errors_total']);
  });

  test('rejects with the reason of an aborted signal', async () => {
    const abort = new AbortController();
    abort.abort(new Error('enough'));
    const obedient: Gatherer = {
      gather: async (options) => {
        options?.signal?.throwIfAborted();
        return [];
      },
    };

    await expect(mergeGatherers(obedient).gather({ signal: abort.signal })).rejects.toThrow('enough');
  });

  test('rejects an argument without a method gather', () => {
    expect(() => mergeGatherers({} as Gatherer)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});

test.each<[string, unknown, number]>([
  ['nothing', undefined, 1],
  ['a text', 'abc', 1],
  ['families that are no objects', [null, 5], 2],
  ['a family without a type', [{ name: 'b' }], 1],
])('mergeGatherers keeps the families of others if a gatherer returns %s', async (_title, returned, errors) => {
  const merged = mergeGatherers(gathererOf({ name: 'a', type: 'gauge', rows: [{ value: 1 }] }), {
    gather: async () => returned as readonly MetricFamily[],
  });

  expect(await rowsOf(merged)).toEqual({
    a: [{ labels: {}, value: 1 }],
    promwright_merge_errors_total: [{ labels: { family: '' }, value: errors }],
  });
  await expect(merged.gather({ strict: true })).rejects.toMatchObject({ code: 'INVALID_FAMILY' });
});
