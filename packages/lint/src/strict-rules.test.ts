import { createFamily, type FamilyColumns, familyFromRows, type MetricFamily, type RowInput } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { readText } from '../test/read-text.ts';
import { lint } from './lint.ts';
import type { LintOptions } from './lint-options.ts';

/** Returns the problems of strict rules only: other tests check the rules of promlint. */
function strictly(families: readonly MetricFamily[], options: LintOptions = {}): string[] {
  const ordinary = lint(families).map(({ metric, text }) => `${metric} ${text}`);
  return lint(families, { ...options, strict: true })
    .map(({ metric, text }) => `${metric} ${text}`)
    .filter((line) => !ordinary.includes(line));
}

function family(name: string, type: MetricFamily['type'], rows: readonly RowInput[], unit?: string): MetricFamily {
  return familyFromRows({ name, type, help: 'What it is.', rows, ...(unit && { unit }) });
}

function changed(original: MetricFamily, columns: Partial<FamilyColumns>): MetricFamily {
  return createFamily({ ...original, ...columns });
}

function buckets(...bounds: number[]): RowInput {
  return { buckets: bounds.map((le, i) => ({ le, count: i })), count: bounds.length, sum: 1 };
}

function gauges(count: number, labels: (i: number) => Record<string, number>): MetricFamily {
  return family(
    'x',
    'gauge',
    Array.from({ length: count }, (_, value) => ({ labels: labels(value), value })),
  );
}

test('strict rules find no problem in good families of every type', () => {
  const families = [
    family('jobs_total', 'counter', [{ labels: { queue: 'a' }, value: 0 }]),
    family('heap_bytes', 'gauge', [{ value: -1 }], 'bytes'),
    family('wait_seconds', 'histogram', [buckets(0.1, 1, 60)], 'seconds'),
    family('batch_duration_seconds', 'histogram', [buckets(60, 300, 3600)], 'seconds'),
    family('queue_items', 'gaugehistogram', [buckets(1, 10, 1000)]),
    family('size_bytes', 'summary', [{ count: 1, sum: 1 }], 'bytes'),
    family('app_info', 'info', [{ labels: { version: '1' } }]),
    family('phase', 'stateset', [{ states: { up: true, down: false } }]),
    family('later_total', 'counter', []),
    family('later_seconds', 'histogram', [], 'seconds'),
  ];

  expect(strictly(families)).toEqual([]);
});

describe('strict rules about buckets', () => {
  test('report a histogram with no bounds, one bound or too many', () => {
    const many = Array.from({ length: 51 }, (_, i) => i + 0.5);
    const families = [
      family('a', 'histogram', [buckets()]),
      family('b', 'histogram', [buckets(1)]),
      family('c', 'histogram', [buckets(...many)]),
      family('d', 'histogram', [buckets(0.1, 1, 2)]),
    ];

    expect(strictly(families)).toEqual([
      'a histogram has no buckets but +Inf',
      'b histogram has only one bucket beside +Inf',
      'c histogram has 51 bucket bounds, over the limit of 50',
    ]);
    expect(strictly(families.slice(2), { bucketLimit: 2 })).toEqual([
      'c histogram has 51 bucket bounds, over the limit of 2',
      'd histogram has 3 bucket bounds, over the limit of 2',
    ]);
  });

  test('count native buckets as buckets', () => {
    const none = { offsets: new Int32Array(2), indexes: new Int32Array(0), counts: new Float64Array(0) };
    const zero = new Float64Array(1);
    const native = { schemas: Int8Array.of(3), zeroThresholds: zero, zeroCounts: zero, positive: none, negative: none };
    const layout = {
      kind: 'classic',
      width: 1,
      bounds: new Float64Array(0),
      cumulative: true,
      sum: -1,
      count: -1,
    } as const;

    const onlyNative = changed(family('a', 'histogram', [buckets()]), {
      native,
      layout,
      values: Float64Array.of(0),
      absent: Uint8Array.of(1),
    });

    expect(strictly([onlyNative])).toEqual([]);
  });

  test('report series of one histogram with different buckets', () => {
    const rows = [
      { labels: { a: 1 }, ...buckets(1, 2) },
      { labels: { a: 2 }, ...buckets(1, 3) },
    ];

    expect(strictly([family('x', 'histogram', rows)])).toEqual([
      'x series of the histogram should all have the same buckets',
    ]);
  });

  test('report buckets of milliseconds in a histogram of seconds', () => {
    const bounds = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000];

    expect(strictly([family('x_seconds', 'histogram', [buckets(...bounds)])])).toEqual([
      'x_seconds bucket bounds from 5 to 10000 look like milliseconds in a histogram of seconds',
    ]);
    expect(strictly([family('x_bytes', 'histogram', [buckets(...bounds)])])).toEqual([]);
  });

  test('report buckets that fall, lack +Inf or differ from the count', () => {
    const page = (...counts: (number | undefined)[]) => {
      const lines = ['1', '2', '+Inf'].map((le, i) =>
        counts[i] === undefined ? '' : `x_bucket{le="${le}"} ${counts[i]}\n`,
      );
      return readText(`# HELP x What.\n# TYPE x histogram\n${lines.join('')}x_sum 1\nx_count 3\n`);
    };

    expect(strictly(page(1, 2, 3))).toEqual([]);
    expect(strictly(page(1, 3, undefined))).toEqual(['x histogram should have a bucket +Inf in every series']);
    expect(strictly(page(2, 1, 3))).toEqual(['x cumulative bucket counts should never fall nor be negative']);
    expect(strictly(page(1, 2, 4))).toEqual(['x bucket +Inf should equal the count']);
  });
});

describe('strict rules about cardinality', () => {
  test('report a family with very many series, labels, or values of one label', () => {
    const ids = (count: number) => gauges(count, (id) => ({ id }));
    const wide = family('x', 'gauge', [
      { labels: Object.fromEntries([...'abcdefghijk'].map((l) => [l, 1])), value: 1 },
    ]);

    expect(strictly([ids(100)])).toEqual([]);
    expect(strictly([ids(101)])).toEqual(['x label "id" has 101 values, over the limit of 100']);
    expect(strictly([gauges(1001, (i) => ({ a: i % 99, b: i % 98 }))])).toEqual([
      'x family has 1001 series, over the limit of 1000',
    ]);
    expect(strictly([wide])).toEqual(['x family has 11 labels, over the limit of 10']);
  });

  test('use the limits of the options', () => {
    const families = [gauges(3000, (i) => ({ a: i, b: 1 }))];

    expect(strictly(families, { seriesLimit: Infinity, labelLimit: 3000, labelNamesLimit: 1 })).toEqual([
      'x family has 2 labels, over the limit of 1',
    ]);
  });

  test('do not count label values that no series has any longer', () => {
    const used = gauges(2, (a) => ({ a }));

    expect(strictly([changed(used, { dictionaries: [['0', '1', '2']] })], { labelLimit: 2 })).toEqual([]);
  });
});

describe('strict rules about OpenMetrics', () => {
  test('report a counter without suffix, and the suffix of infos on another type', () => {
    const families = [
      family('jobs', 'counter', [{ value: 1 }]),
      family('app', 'info', [{}]),
      family('wait_info', 'summary', [{ count: 1 }]),
      family('old_info', 'gauge', [{ value: 1 }]),
    ];

    expect(strictly(families)).toEqual([
      'app info metrics should have "_info" suffix',
      'jobs OpenMetrics 1.0 shows a counter without "_total" suffix as unknown',
      'wait_info non-info metrics should not have "_info" suffix',
    ]);
  });

  test('report a unit that is not the suffix of the name, before the suffix of counters', () => {
    const families = [
      family('cpu_seconds_total', 'counter', [{ value: 1 }], 'seconds'),
      family('wait_time', 'gauge', [{ value: 1 }], 'seconds'),
      family('bytes', 'gauge', [{ value: 1 }], 'bytes'),
      family('app_info', 'info', [{}], 'info'),
    ];

    expect(strictly(families)).toEqual([
      'app_info info metrics should not have a unit',
      'bytes unit "bytes" should be the suffix of the name',
      'wait_time unit "seconds" should be the suffix of the name',
    ]);
  });

  test('report a unit that is only in the name, if other families have units', () => {
    const cpu = family('cpu_seconds_total', 'counter', [{ value: 1 }]);
    const heap = family('heap_bytes', 'gauge', [{ value: 1 }], 'bytes');

    expect(strictly([cpu])).toEqual([]);
    expect(strictly([cpu, heap])).toEqual([
      'cpu_seconds_total unit "seconds" of the name should be the unit of the family too',
    ]);
  });

  test('report reserved names', () => {
    const families = [
      changed(family('_x', 'gauge', [{ labels: { a: 1 }, value: 1 }]), { labelNames: ['__a'] }),
      family('wait_count', 'histogram', [buckets(1, 2)]),
      family('wait_gsum', 'gauge', [{ value: 1 }]),
      family('size_bucket', 'summary', [{ count: 1 }]),
    ];

    expect(strictly(families)).toEqual([
      '_x label names that begin with "__" are reserved; got "__a"',
      '_x metric names that begin with "_" are reserved',
      'wait_count metric names should not have "_count" suffix, which samples have',
      'wait_gsum metric names should not have "_gsum" suffix, which samples have',
    ]);
  });

  test('report samples of two families with one name', () => {
    const families = [
      family('wait', 'histogram', [buckets(1, 2)]),
      family('wait_sum', 'unknown', [{ value: 1 }]),
      family('jobs_total', 'counter', [{ value: 1 }]),
      family('jobs', 'gauge', [{ value: 1 }]),
      family('jobs', 'gauge', [{ value: 1 }]),
    ];

    expect(strictly(families, { rules: { 'unknown-type': false } })).toEqual([
      'jobs family not unique',
      'jobs sample names clash with those of "jobs_total"',
      'jobs sample names clash with those of "jobs_total"',
      'wait_sum sample names clash with those of "wait"',
    ]);
  });

  test('report unknown types, and names outside the classic character set', () => {
    const utf8 = changed(
      gauges(1, (a) => ({ a })),
      { name: 'http.wait', labelNames: ['größe'] },
    );

    expect(strictly([family('answers', 'unknown', [{ value: 42 }]), utf8])).toEqual([
      'answers metrics should have a known type',
      'http.wait label name "größe" needs a server that supports UTF-8 names',
      'http.wait metric name needs a server that supports UTF-8 names',
    ]);
  });
});

describe('strict rules about labels', () => {
  test('report the labels le and quantile in front of others', () => {
    const families = [
      ...readText('# HELP a What.\na{le="1",zone="x"} 1\n'),
      ...readText('# HELP b What.\nb{zone="x",quantile="1"} 1\n'),
    ];

    expect(strictly(families, { rules: { 'unknown-type': false } })).toEqual(['a label "le" should be the last one']);
  });

  test('report labels that the server adds', () => {
    const named = family('x', 'gauge', [{ labels: { job: 'a', zone: 'b' }, value: 1 }]);

    expect(strictly([changed(named, { constLabels: [{ name: 'instance', value: 'c' }] })])).toEqual([
      'x label "instance" clashes with the one that the server adds',
      'x label "job" clashes with the one that the server adds',
    ]);
  });

  test('report empty labels, and series that are equal without them', () => {
    const alike = readText('# HELP x What.\n# TYPE x gauge\nx{a="",b="1"} 1\nx{b="1"} 1\nx{a="",b="2"} 1\n');

    expect(strictly(alike)).toEqual([
      'x label "a" is empty in some series, which is as if it were absent',
      'x metric not unique without its empty labels',
    ]);
  });

  test('report empty constant labels', () => {
    const constant = changed(
      gauges(1, (a) => ({ a })),
      { constLabels: [{ name: 'zone', value: '' }] },
    );

    expect(strictly([constant])).toEqual(['x label "zone" is empty in some series, which is as if it were absent']);
  });
});

describe('strict rules about values', () => {
  test('report an info with a value other than 1, under any type', () => {
    const families = [
      family('a_info', 'info', [{ value: 2 }]),
      family('b_info', 'gauge', [{ value: 0 }]),
      family('c_info', 'gauge', [{ value: 1 }]),
    ];

    expect(strictly(families)).toEqual([
      'a_info info metrics should have the value 1',
      'b_info info metrics should have the value 1',
    ]);
  });

  test('report a counter that is negative or NaN', () => {
    const jobs = family('jobs_total', 'counter', [{ value: 1 }]);

    expect(
      [-1, NaN, 0, Infinity].map((value) => strictly([changed(jobs, { values: Float64Array.of(value) })])),
    ).toEqual([
      ['jobs_total counters should not be negative or NaN'],
      ['jobs_total counters should not be negative or NaN'],
      [],
      [],
    ]);
  });

  test('report timestamps', () => {
    const timed = family('x', 'gauge', [
      { labels: { a: 1 }, value: 1 },
      { labels: { a: 2 }, value: 1, timestampMs: 5 },
    ]);

    expect(strictly([timed])).toEqual(['x samples should not have timestamps']);
    expect(strictly([changed(timed, { timestampMs: new Float64Array(2).fill(NaN) })])).toEqual([]);
  });
});

test('strict rules report a help text that only repeats the name', () => {
  const repeated = familyFromRows({
    name: 'jobs_done_total',
    type: 'counter',
    help: 'Jobs done, total.',
    rows: [{ value: 1 }],
  });

  expect(strictly([repeated])).toEqual(['jobs_done_total help text only repeats the name']);
});
