import { createFamily, familyFromRows, type MetricFamily } from '@promwright/model';
import { expect, test } from 'vitest';
import { lint } from './lint.ts';
import type { LintOptions } from './lint-options.ts';

function gauge(name: string, help = 'What it is.'): MetricFamily {
  return familyFromRows({ name, type: 'gauge', help, rows: [{ value: 1 }] });
}

/** Returns a gauge with one label `a`; the ids of its series refer to the values `x` and `''`. */
function withIds(...labelIds: number[]): MetricFamily {
  return createFamily({
    ...{ name: 'x', type: 'gauge', help: 'What it is.', constLabels: [], labelNames: ['a'] },
    ...{ dictionaries: [['x', '']], labelIds: Int32Array.from(labelIds), size: labelIds.length },
    ...{ values: new Float64Array(labelIds.length), layout: { kind: 'scalar', width: 1 } },
  });
}

test('lint finds no problem in good families, nor without families', () => {
  expect(lint([gauge('queue_length'), gauge('heap_bytes')])).toEqual([]);
  expect(lint([])).toEqual([]);
});

test('lint returns problems with their rules, sorted by metric and then by text', () => {
  const families = [gauge('b_ms_total'), gauge('a', ''), gauge('B:x')];

  const problems = lint(new Set(families));

  expect(problems).toEqual([
    { metric: 'B:x', text: "metric names should not contain ':'", rule: 'colon' },
    { metric: 'a', text: 'no help text', rule: 'help' },
    { metric: 'b_ms_total', text: 'metric names should not contain abbreviated units', rule: 'abbreviated-units' },
    { metric: 'b_ms_total', text: 'non-counter metrics should not have "_total" suffix', rule: 'counter-suffix' },
  ]);
});

test('lint shares one object for a problem of many series', () => {
  const rows = [1, 2, 3].map((value) => ({ labels: { fooBar: value }, value }));

  const problems = lint([familyFromRows({ name: 'x', type: 'gauge', help: 'What it is.', rows })]);

  expect(problems).toHaveLength(3);
  expect(new Set(problems).size).toBe(1);
});

test('lint checks families in the form of the text format', () => {
  const families = [
    familyFromRows({
      name: 'phaseOf',
      type: 'stateset',
      help: 'P.',
      rows: [{ labels: { isIt: 'a' }, states: { a: true, b: false } }],
    }),
    familyFromRows({ name: 'build_gauge_info', type: 'info', help: 'B.', rows: [{ labels: { v: '1' } }] }),
    familyFromRows({ name: 'queue_histogram_bucket', type: 'gaugehistogram', help: 'Q.', rows: [{ count: 1 }] }),
    familyFromRows({ name: 'thing_gauge_total', type: 'unknown', help: 'T.', rows: [{ value: 1 }] }),
  ];

  const problems = lint(families);

  const camelCaseLabel = "label names should be written in 'snake_case' not 'camelCase'";
  expect(problems.map(({ metric, text }) => [metric, text])).toEqual([
    ['build_gauge_info', "metric name should not include type 'gauge'"],
    ['phaseOf', camelCaseLabel],
    ['phaseOf', camelCaseLabel],
    ['phaseOf', camelCaseLabel],
    ['phaseOf', camelCaseLabel],
    ['phaseOf', "metric names should be written in 'snake_case' not 'camelCase'"],
    ['queue_histogram_bucket', "metric name should not include type 'histogram'"],
  ]);
});

test('lint reports each series after the first with the same labels, and counts an empty label as a label', () => {
  const problems = lint([withIds(0, 0, 1, -1, 0, -1)]);

  expect(problems.map(({ text }) => text)).toEqual(Array(3).fill('metric not unique'));
});

test('lint reports series without labels as duplicates', () => {
  const family = createFamily({ ...withIds(0, 0, 0), labelNames: [], dictionaries: [], labelIds: new Int32Array(0) });

  expect(lint([family])).toHaveLength(2);
});

test('lint finds the one duplicate among many series', () => {
  const values = Array.from({ length: 300 }, (_, i) => `v${i}`);
  const size = 300 * 300 + 1;
  const labelIds = Int32Array.from({ length: size * 2 }, (_, i) =>
    i % 2 === 0 ? (i >> 1) % 300 : ((i >> 1) / 300) | 0,
  );
  labelIds.set([17, 299], (size - 1) * 2);
  const family = createFamily({
    ...withIds(),
    ...{ labelNames: ['a', 'b'], dictionaries: [values, values], labelIds, size, values: new Float64Array(size) },
  });

  expect(lint([family])).toEqual([{ metric: 'x', text: 'metric not unique', rule: 'duplicate-series' }]);
});

test('lint ignores families without series, which the text format does not show, unless strict', () => {
  const family = familyFromRows({ name: 'jobs', type: 'counter', help: 'Jobs done.', rows: [] });

  expect(lint([family])).toEqual([]);
  expect(lint([family], { strict: true }).map(({ rule }) => rule)).toEqual(['openmetrics-counter', 'counter-suffix']);
});

test('the option rules switches rules off, and strict rules on', () => {
  const family = familyFromRows({ name: 'jobs_ms', type: 'counter', rows: [{ value: 1, timestampMs: 5 }] });

  const rules = (options: LintOptions) => lint([family], options).map(({ rule }) => rule);

  expect(rules({})).toEqual(['counter-suffix', 'abbreviated-units', 'help']);
  expect(rules({ rules: { help: false, 'counter-suffix': true } })).toEqual(['counter-suffix', 'abbreviated-units']);
  expect(rules({ rules: { help: false, timestamps: true } })).toEqual([
    'counter-suffix',
    'abbreviated-units',
    'timestamps',
  ]);
  expect(rules({ strict: true, rules: { timestamps: false, 'openmetrics-counter': false } })).toEqual(rules({}));
});

test.each<[options: object, message: string]>([
  [{ rules: { helps: false } }, 'Option "rules" must name known rules; got "helps"'],
  [{ rules: { toString: false } }, 'Option "rules" must name known rules; got "toString"'],
  [{ rules: { help: 'off' } }, 'Rule "help" must be switched by true or false; got "off"'],
  [{ rules: 'help' }, 'Option "rules" must be an object; got "help"'],
  [{ strict: 'yes' }, 'Option "strict" must be true or false; got "yes"'],
  [{ rules: [] }, 'Option "rules" must be an object; got an array of 0'],
  [{ seriesLimit: 0 }, 'Option "seriesLimit" must be an integer from 1 on, or Infinity; got 0'],
  [{ labelLimit: 1.5 }, 'Option "labelLimit" must be an integer from 1 on, or Infinity; got 1.5'],
  [{ bucketLimit: '9' }, 'Option "bucketLimit" must be an integer from 1 on, or Infinity; got "9"'],
])('lint rejects %j', (options, message) => {
  expect(() => lint([], options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
});

test('lint counts samples without a place in a summary to the summary, as promtool does', () => {
  const summary = familyFromRows({ name: 'aB', type: 'summary', rows: [] });
  const misplaced = familyFromRows({ name: 'aB', type: 'unknown', rows: [{ value: 1 }] });
  const other = familyFromRows({ name: 'aB_bucket', type: 'unknown', help: 'B.', rows: [{ value: 1 }] });

  expect(lint([summary, misplaced, other]).map(({ metric, text }) => `${metric} ${text}`)).toEqual([
    "aB metric names should be written in 'snake_case' not 'camelCase'",
    'aB no help text',
    "aB_bucket metric names should be written in 'snake_case' not 'camelCase'",
  ]);
  expect(lint([summary])).toEqual([]);
});
