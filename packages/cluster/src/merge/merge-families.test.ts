import {
  createFamily,
  type Exemplar,
  type FamilyInput,
  familyFromRows,
  type MergeMode,
  type MetricFamily,
  NO_NATIVE,
  SKETCH_INFINITY,
} from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { type MemberFamilies, type MergeConflict, type MergeOptions, mergeFamilies } from './merge-families.ts';

type Input = FamilyInput & Partial<Pick<MetricFamily, 'merge' | 'scope' | 'constLabels' | 'updatedMs'>>;

function member(id: string, inputs: readonly (Input | MetricFamily)[], rest: Partial<MemberFamilies> = {}) {
  const families = inputs.map((input) => {
    if ('layout' in input) return input;
    const { merge, scope, constLabels, updatedMs, ...rows } = input;
    return createFamily({
      ...familyFromRows(rows),
      ...(merge && { merge }),
      ...(scope && { scope }),
      ...(constLabels && { constLabels }),
      ...(updatedMs && { updatedMs }),
    });
  });
  return { id, families, ...rest };
}

function rowsOf(members: readonly MemberFamilies[], options?: MergeOptions): Record<string, unknown[]> {
  return Object.fromEntries(
    mergeFamilies(members, options).map((family) => [
      family.name,
      [...family.rows()].map((row) => ({ ...row, labels: { ...row.labels } })),
    ]),
  );
}

const gauge = (value: number, merge?: MergeMode, labels = {}): Input => ({
  name: 'g',
  type: 'gauge',
  rows: [{ labels, value }],
  ...(merge && { merge }),
});

describe('scalars', () => {
  test('adds counters up, those of ended members too, and keeps the earliest start', () => {
    const counter = (rows: Input['rows']): Input => ({ name: 'c_total', type: 'counter', help: 'C.', rows });
    const members = [
      member('1', [counter([{ labels: { a: 'x' }, value: 1, startMs: 20 }])]),
      member('2', [
        counter([
          { labels: { a: 'y' }, value: 2, startMs: 5 },
          { labels: { a: 'x' }, value: 4, startMs: 10 },
        ]),
      ]),
      member('3', [counter([{ labels: { a: 'x' }, value: 8, startMs: 30 }])], { live: false }),
    ];

    expect(rowsOf(members)).toEqual({
      c_total: [
        { labels: { a: 'x' }, value: 13, startMs: 10 },
        { labels: { a: 'y' }, value: 2, startMs: 5 },
      ],
    });
    expect(mergeFamilies(members)[0]).toMatchObject({ name: 'c_total', type: 'counter', help: 'C.' });
  });

  test.each<[MergeMode | undefined, unknown[]]>([
    [undefined, [{ labels: {}, value: 6 }]],
    ['livesum', [{ labels: {}, value: 6 }]],
    ['sum', [{ labels: {}, value: 16 }]],
    ['min', [{ labels: {}, value: 1 }]],
    ['livemin', [{ labels: {}, value: 1 }]],
    ['max', [{ labels: {}, value: 10 }]],
    ['livemax', [{ labels: {}, value: 5 }]],
    ['avg', [{ labels: {}, value: 3 }]],
    ['mostrecent', [{ labels: {}, value: 1 }]],
    ['livemostrecent', [{ labels: {}, value: 1 }]],
    [
      'liveall',
      [
        { labels: { pid: '1' }, value: 1 },
        { labels: { pid: '2' }, value: 5 },
      ],
    ],
    [
      'all',
      [
        { labels: { pid: '1' }, value: 1 },
        { labels: { pid: '2' }, value: 5 },
        { labels: { pid: '3' }, value: 10 },
      ],
    ],
  ])('merges gauges by mode %s', (merge, rows) => {
    const members = [
      member('1', [gauge(1, merge)]),
      member('2', [gauge(5, merge)]),
      member('3', [gauge(10, merge)], { live: false }),
    ];

    expect(rowsOf(members)).toEqual({ g: rows });
  });

  test('takes the value that was written last in the modes mostrecent', () => {
    const at = (value: number, updatedMs: number, merge: MergeMode) => ({
      ...gauge(value, merge),
      updatedMs: Float64Array.of(updatedMs),
    });
    const members = (merge: MergeMode) => [
      member('1', [at(1, 100, merge)]),
      member('2', [at(2, 300, merge)]),
      member('3', [at(3, 200, merge)]),
      member('4', [at(4, 400, merge)], { live: false }),
    ];
    const neverWritten = member('0', [at(0, Number.NaN, 'livemostrecent')]);

    expect(rowsOf(members('livemostrecent'))).toEqual({ g: [{ labels: {}, value: 2 }] });
    expect(rowsOf([neverWritten, ...members('livemostrecent')])).toEqual({ g: [{ labels: {}, value: 2 }] });
    expect(rowsOf(members('mostrecent'))).toEqual({ g: [{ labels: {}, value: 4 }] });
    expect(mergeFamilies(members('mostrecent'))[0]!.updatedMs).toEqual(Float64Array.of(400));
  });

  test.each<MergeMode>(['min', 'max'])('ignores NaN in mode %s where another member has a value', (merge) => {
    for (const values of [
      [Number.NaN, 3],
      [3, Number.NaN],
    ]) {
      const members = values.map((value, i) => member(String(i), [gauge(value, merge)]));
      expect(rowsOf(members)).toEqual({ g: [{ labels: {}, value: 3 }] });
    }
  });

  test('omits gauges of which all members have ended', () => {
    expect(rowsOf([member('1', [gauge(1)], { live: false })])).toEqual({});
  });

  test('shows infos and state sets of the first live member that has the series', () => {
    const state = (states: Record<string, boolean>): Input => ({ name: 's', type: 'stateset', rows: [{ states }] });
    const info = (version: string): Input => ({ name: 'i_info', type: 'info', rows: [{ labels: { version } }] });
    const members = [
      member('ended', [state({ a: false, b: true }), info('0')], { live: false }),
      member('new', [state({ a: true, b: false }), info('2')]),
      member('old', [state({ a: false, b: true }), info('1')]),
      member('same', [info('2')]),
    ];

    expect(rowsOf(members)).toEqual({
      s: [{ labels: {}, states: { a: true, b: false } }],
      i_info: [
        { labels: { version: '2' }, value: 1 },
        { labels: { version: '1' }, value: 1 },
      ],
    });
  });
});

describe('labels', () => {
  test('takes an empty label for an absent one where members have different labels', () => {
    const members = [
      member('1', [gauge(1, 'sum', { a: 'x', b: '' })]),
      member('2', [gauge(2, 'sum', { a: 'x' })]),
      member('3', [gauge(4, 'sum', { b: '', a: 'x' })]),
    ];

    expect(rowsOf(members)).toEqual({ g: [{ labels: { a: 'x' }, value: 7 }] });
  });

  test('keeps constant labels that all members have, and makes the others ordinary labels', () => {
    const constant = (zone: string): Input => ({
      ...gauge(1, 'sum', { a: 'x' }),
      constLabels: [
        { name: 'app', value: 'shop' },
        { name: 'zone', value: zone },
      ],
    });

    const [family] = mergeFamilies([member('1', [constant('eu')]), member('2', [constant('us')])]);

    expect(family!.constLabels).toEqual([{ name: 'app', value: 'shop' }]);
    expect(rowsOf([member('1', [constant('eu')]), member('2', [constant('us')])])).toEqual({
      g: [
        { labels: { app: 'shop', zone: 'eu', a: 'x' }, value: 1 },
        { labels: { app: 'shop', zone: 'us', a: 'x' }, value: 1 },
      ],
    });
  });

  test('keeps a label of the series itself that has the name of the member label', () => {
    const members = [member('1', [gauge(1, 'all', { pid: '77' })]), member('2', [gauge(2, 'all')])];

    expect(rowsOf(members)).toEqual({
      g: [
        { labels: { pid: '77' }, value: 1 },
        { labels: { pid: '2' }, value: 2 },
      ],
    });
  });

  test('shows one of two gauges that have the same member label', () => {
    const members = [
      member('1', [gauge(5, 'all', { pid: '7' })]),
      member('2', [gauge(100, 'all', { pid: '7' })], { live: false }),
    ];

    expect(rowsOf(members)).toEqual({ g: [{ labels: { pid: '7' }, value: 5 }] });
  });

  test('keeps all members apart on request, under the label of choice', () => {
    const counter: Input = { name: 'c_total', type: 'counter', rows: [{ labels: { a: 'x' }, value: 1 }] };
    const members = [member('1', [counter]), member('2', [counter]), member('ended', [counter], { live: false })];

    expect(rowsOf(members, { perMember: true, memberLabel: 'worker' })).toEqual({
      c_total: [
        { labels: { a: 'x', worker: '1' }, value: 1 },
        { labels: { a: 'x', worker: '2' }, value: 1 },
        { labels: { a: 'x', worker: 'ended' }, value: 1 },
      ],
    });
  });

  test('leaves dictionary values out that no series uses', () => {
    const family = familyFromRows({ name: 'g', type: 'gauge', rows: [{ labels: { a: 'x' }, value: 1 }] });
    const stale = createFamily({ ...family, dictionaries: [['unused', 'x']], labelIds: Int32Array.of(1) });

    expect(mergeFamilies([member('1', [stale])])[0]!.dictionaries).toEqual([['x']]);
  });
});

test('shows metrics of a process once per process', () => {
  const rss = (value: number): Input => ({ ...gauge(value), scope: 'process' });
  const members = [
    member('1', [rss(100)], { process: 'p' }),
    member('1/1', [rss(101)], { process: 'p' }),
    member('2', [rss(200)]),
  ];

  expect(rowsOf(members)).toEqual({ g: [{ labels: {}, value: 300 }] });
});

describe('classic histograms', () => {
  const histogram = (bounds: readonly number[], counts: readonly number[], sum: number): Input => ({
    name: 'h',
    type: 'histogram',
    rows: [{ buckets: bounds.map((le, i) => ({ le, count: counts[i]! })), count: counts.at(-1)!, sum }],
  });

  test('adds buckets, counts and sums', () => {
    const members = [
      member('1', [histogram([1, 2], [1, 2, 3], 4)]),
      member('2', [histogram([1, 2], [10, 20, 30], 0.5)], { live: false }),
    ];

    expect(rowsOf(members)).toEqual({
      h: [
        {
          labels: {},
          buckets: [
            { le: 1, count: 11 },
            { le: 2, count: 22 },
            { le: Infinity, count: 33 },
          ],
          count: 33,
          sum: 4.5,
        },
      ],
    });
  });

  test('keeps the bounds that all members have, and reports the member that differs', () => {
    const conflicts: MergeConflict[] = [];
    const members = [
      member('1', [histogram([1, 2, 5], [1, 2, 3, 4], 4)]),
      member('2', [histogram([1, 3, 5], [10, 20, 30, 40], 1)]),
    ];

    const rows = rowsOf(members, { onConflict: (conflict) => conflicts.push(conflict) });

    expect(rows).toEqual({
      h: [
        {
          labels: {},
          buckets: [
            { le: 1, count: 11 },
            { le: 5, count: 33 },
            { le: Infinity, count: 44 },
          ],
          count: 44,
          sum: 5,
        },
      ],
    });
    expect(conflicts).toEqual([{ family: 'h', member: '2', differences: ['bounds'], leftOut: false }]);
  });

  test('gives a row that lacks a bucket the count of its next lower bucket', () => {
    const rows = [
      { labels: { a: 'x' }, buckets: [{ le: 1, count: 1 }], count: 3, sum: 3 },
      { labels: { a: 'y' }, buckets: [{ le: 2, count: 2 }], count: 5, sum: 5 },
    ];
    const input: Input = { name: 'h', type: 'histogram', rows };

    const [x] = rowsOf([member('1', [input]), member('2', [input])]).h!;

    expect(x).toEqual({
      labels: { a: 'x' },
      buckets: [
        { le: 1, count: 2 },
        { le: 2, count: 2 },
        { le: Infinity, count: 6 },
      ],
      count: 6,
      sum: 6,
    });
  });
});

describe('native histograms', () => {
  interface Native {
    readonly schema: number;
    readonly zeroThreshold?: number;
    readonly zeroCount?: number;
    readonly positive?: Readonly<Record<number, number>>;
    readonly negative?: Readonly<Record<number, number>>;
  }
  const columns = (buckets: Readonly<Record<number, number>> = {}) => {
    const entries = Object.entries(buckets)
      .map(([index, count]) => [Number(index), count] as const)
      .sort(([a], [b]) => a - b);
    return {
      offsets: Int32Array.of(0, entries.length),
      indexes: Int32Array.from(entries, ([index]) => index),
      counts: Float64Array.from(entries, ([, count]) => count),
    };
  };
  const native = ({ schema, zeroThreshold = 2 ** -128, zeroCount = 0, positive, negative }: Native): MetricFamily => {
    const count = [zeroCount, ...Object.values(positive ?? {}), ...Object.values(negative ?? {})].reduce(
      (a, b) => a + b,
    );
    return createFamily({
      ...familyFromRows({ name: 'h', type: 'histogram', rows: [{ buckets: [], count, sum: 1 }] }),
      native: {
        schemas: Int8Array.of(schema),
        zeroThresholds: Float64Array.of(zeroThreshold),
        zeroCounts: Float64Array.of(zeroCount),
        positive: columns(positive),
        negative: columns(negative),
      },
    });
  };
  const merged = (...all: readonly MetricFamily[]) => {
    const [family] = mergeFamilies(all.map((family, i) => ({ id: String(i), families: [family] })));
    return ([...family!.rows()][0] as { native?: unknown }).native;
  };

  test('adds buckets at the lowest resolution', () => {
    expect(
      merged(
        native({ schema: 1, zeroCount: 1, positive: { 1: 1, 2: 2, 3: 4, '-1': 8, 0: 16 }, negative: { 4: 1 } }),
        native({ schema: 0, zeroCount: 2, positive: { 0: 100, 1: 200 } }),
      ),
    ).toEqual({
      schema: 0,
      zeroThreshold: 2 ** -128,
      zeroCount: 3,
      positive: [
        { index: 0, count: 124 },
        { index: 1, count: 203 },
        { index: 2, count: 4 },
      ],
      negative: [{ index: 2, count: 1 }],
    });
  });

  test('widens the zero bucket to the widest, and to the bound of a bucket that it would cut', () => {
    const wide = native({ schema: 0, zeroThreshold: 3, zeroCount: 5 });
    const narrow = native({ schema: 0, zeroThreshold: 0.5, positive: { 0: 1, 1: 2, 2: 4, 3: 8 }, negative: { 1: 16 } });

    expect(merged(wide, narrow)).toEqual({
      schema: 0,
      // 3 is inside bucket 2, which contains values above 2 and up to 4.
      zeroThreshold: 4,
      zeroCount: 5 + 1 + 2 + 4 + 16,
      positive: [{ index: 3, count: 8 }],
      negative: [],
    });
  });

  test('leaves the zero bucket at a bound that is no power of two', () => {
    // Upper bound of bucket 3 at schema 3, in the digits of instruments.
    const bound = 1.2968395546510096;
    const wide = native({ schema: 3, zeroThreshold: bound, zeroCount: 1 });
    const narrow = native({ schema: 3, positive: { 3: 2, 4: 4 } });

    expect(merged(wide, narrow)).toMatchObject({
      zeroThreshold: bound,
      zeroCount: 3,
      positive: [{ index: 4, count: 4 }],
    });
  });

  test('has no native buckets unless all members have them', () => {
    const conflicts: MergeConflict[] = [];
    const without = familyFromRows({ name: 'h', type: 'histogram', rows: [{ buckets: [], count: 7, sum: 2 }] });
    const both = [
      { id: '1', families: [native({ schema: 0, zeroCount: 3 })] },
      { id: '2', families: [without] },
    ];

    const [family] = mergeFamilies(both, { onConflict: (conflict) => conflicts.push(conflict) });

    expect([...family!.rows()]).toMatchObject([{ count: 10, sum: 3 }]);
    expect(family!.native).toBeUndefined();
    expect(conflicts).toEqual([{ family: 'h', member: '2', differences: ['native buckets'], leftOut: false }]);
  });

  test('has no native buckets in a series that lacks them in one member', () => {
    expect(merged(native({ schema: 0, zeroCount: 3 }), native({ schema: NO_NATIVE }))).toBeUndefined();
  });
});

describe('summaries', () => {
  const summary = (value: number, count: number, buckets?: Readonly<Record<number, number>>): MetricFamily => {
    const family = familyFromRows({
      name: 's',
      type: 'summary',
      rows: [{ quantiles: [{ quantile: 0.5, value }], count, sum: count }],
    });
    if (buckets === undefined) return family;
    const entries = Object.entries(buckets);
    const none = { offsets: Int32Array.of(0, 0), indexes: new Int32Array(0), counts: new Float64Array(0) };
    return createFamily({
      ...family,
      sketch: {
        relativeError: 0.01,
        zeroCounts: Float64Array.of(0),
        positive: {
          offsets: Int32Array.of(0, entries.length),
          indexes: Int32Array.from(entries, ([index]) => Number(index)),
          counts: Float64Array.from(entries, ([, count]) => count),
        },
        negative: none,
      },
    });
  };
  const gamma = 1.01 / 0.99;
  const indexOf = (value: number) => Math.ceil(Math.log(value) / Math.log(gamma));
  const merged = (...members: MemberFamilies[]) =>
    rowsOf(members).s![0] as { quantiles: { value: number }[]; count: number; sum: number };

  test('computes quantiles from the sketches of live members, and adds all counts and sums', () => {
    const { quantiles, count, sum } = merged(
      member('1', [summary(1, 10, { [indexOf(100)]: 10 })]),
      member('2', [summary(1, 30, { [indexOf(5)]: 30 })]),
      member('3', [summary(1, 1000)], { live: false }),
    );

    expect(quantiles).toEqual([{ quantile: 0.5, value: expect.closeTo(5, 1) }]);
    expect([count, sum]).toEqual([1040, 1040]);
  });

  test('counts infinite values', () => {
    const { quantiles } = merged(
      member('1', [summary(1, 2, { [SKETCH_INFINITY]: 2 })]),
      member('2', [summary(1, 1, { [indexOf(5)]: 1 })]),
    );

    expect(quantiles).toEqual([{ quantile: 0.5, value: Infinity }]);
  });

  test('keeps the quantiles of a single live member', () => {
    expect(merged(member('1', [summary(3, 1)]), member('2', [summary(4, 2)], { live: false })).quantiles).toEqual([
      { quantile: 0.5, value: 3 },
    ]);
  });

  test('has the quantiles of live members, whatever ended members had', () => {
    const without = familyFromRows({ name: 's', type: 'summary', rows: [{ count: 4, sum: 4 }] });
    const { quantiles, count } = merged(member('1', [summary(3, 1)]), { id: '2', families: [without], live: false });

    expect([quantiles, count]).toEqual([[{ quantile: 0.5, value: 3 }], 5]);
  });

  test('has no merged quantiles without sketches, and NaN without live members', () => {
    const noSketches = merged(member('1', [summary(3, 1)]), member('2', [summary(4, 2)]));
    const noneLive = merged(member('1', [summary(3, 1)], { live: false }));

    expect(noSketches).toMatchObject({ quantiles: [], count: 3 });
    expect(noneLive).toMatchObject({ quantiles: [{ quantile: 0.5, value: Number.NaN }], count: 1 });
  });
});

test('keeps the newest exemplar of each bucket', () => {
  const exemplar = (value: number, timestampMs: number): Exemplar => ({ labels: [], value, timestampMs });
  const histogram = (all: readonly [exemplar: Exemplar, bucket: number][]) =>
    createFamily({
      ...familyFromRows({ name: 'h', type: 'histogram', rows: [{ buckets: [{ le: 1, count: 1 }], count: 2, sum: 3 }] }),
      exemplars: {
        offsets: Int32Array.of(0, all.length),
        exemplars: all.map(([exemplar]) => exemplar),
        buckets: Int32Array.from(all, ([, bucket]) => bucket),
      },
    });
  const members = [
    member('1', [
      histogram([
        [exemplar(0.1, 10), 0],
        [exemplar(8, 90), 1],
      ]),
    ]),
    member('2', [
      histogram([
        [exemplar(0.2, 20), 0],
        [exemplar(9, 80), 1],
      ]),
    ]),
  ];

  expect(rowsOf(members).h).toMatchObject([
    {
      exemplars: [
        { value: 0.2, timestampMs: 20, le: 1 },
        { value: 8, timestampMs: 90, le: Infinity },
      ],
    },
  ]);
});

test('reports a member whose type differs, and leaves its family out', () => {
  const conflicts: MergeConflict[] = [];
  const members = [
    member('1', [gauge(1)]),
    member('2', [{ name: 'g', type: 'counter', rows: [{ value: 5 }] }]),
    member('3', [gauge(2)]),
  ];

  expect(rowsOf(members, { onConflict: (conflict) => conflicts.push(conflict) })).toEqual({
    g: [{ labels: {}, value: 3 }],
  });
  expect(conflicts).toEqual([{ family: 'g', member: '2', differences: ['type'], leftOut: true }]);
});

test('can be merged again, as the counts of ended members', () => {
  const families = (value: number): Input[] => [
    { name: 'c_total', type: 'counter', rows: [{ value }] },
    { ...gauge(value, 'all'), name: 'all' },
    { ...gauge(value, 'max'), name: 'max' },
    { ...gauge(value, 'livemax'), name: 'livemax' },
  ];
  const ended = (id: string, value: number) => member(id, families(value), { live: false });
  const past = { id: 'ended', live: false, families: mergeFamilies([ended('1', 1), ended('2', 7)]) };

  expect(rowsOf([member('3', families(3)), past])).toEqual(
    rowsOf([member('3', families(3)), ended('1', 1), ended('2', 7)]),
  );
  expect(past.families.map(({ name }) => name)).toEqual(['c_total', 'all', 'max']);
});

test('gives the same sum in whatever order members come and end, so that no sum goes backwards', () => {
  const values = Array.from({ length: 30 }, (_, i) => Math.fround(0.1 * (i + 1)) ** 3 / 7);
  const counter = (value: number): Input => ({ name: 'c_total', type: 'counter', rows: [{ value }] });
  const sums = new Set<number>();

  for (let round = 0; round < 30; round++) {
    // Members end one after another; the others are added up in another order each time.
    const order = values.map((_, i) => (i * 7 + round) % values.length);
    let past: MemberFamilies = { id: 'ended', families: [], live: false };
    const ended = new Set<number>();
    for (const i of order) {
      const live = order
        .filter((other) => !ended.has(other))
        .map((other) => member(String(other), [counter(values[other]!)]));
      sums.add(mergeFamilies([...live, past])[0]!.values[0]!);
      ended.add(i);
      past = { ...past, families: mergeFamilies([member('now', [counter(values[i]!)], { live: false }), past]) };
    }
    sums.add(mergeFamilies([past])[0]!.values[0]!);
  }

  expect(sums.size).toBe(1);
});

test('adds up infinities and NaN', () => {
  const merged = (...values: number[]) =>
    mergeFamilies(values.map((value, i) => member(String(i), [gauge(value)])))[0]!.values[0];

  expect([merged(Infinity, 1, 2.5), merged(1, Infinity, -Infinity), merged(0.1, Number.NaN), merged(-0, -0)]).toEqual([
    Infinity,
    Number.NaN,
    Number.NaN,
    -0,
  ]);
});

test.each<[string, () => unknown, object]>([
  [
    'two members of one id',
    () => mergeFamilies([member('1', []), member('1', [])]),
    { code: 'INVALID_OPTION', message: 'Members must have different ids; two have "1"' },
  ],
  [
    'an unknown option',
    () => mergeFamilies([], { label: 'x' } as MergeOptions),
    { code: 'INVALID_OPTION', message: expect.stringContaining('mergeFamilies has no option "label"') },
  ],
  [
    'a wrong label name',
    () => mergeFamilies([], { memberLabel: 'le' }),
    { code: 'INVALID_OPTION', message: 'Option "memberLabel" must be a label name that is not reserved; got "le"' },
  ],
  [
    'a wrong perMember',
    () => mergeFamilies([], { perMember: 1 as never }),
    { code: 'INVALID_OPTION', message: 'Option "perMember" must be a boolean; got 1' },
  ],
])('refuses %s', (_, call, error) => {
  expect(call).toThrow(expect.objectContaining(error));
});
