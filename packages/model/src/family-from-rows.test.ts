import { describe, expect, test } from 'vitest';
import { type FamilyInput, familyFromRows } from './family-from-rows.ts';

function rowsThrough(input: FamilyInput): unknown[] {
  return [...familyFromRows(input).rows()].map((row) => ({ ...row, labels: { ...row.labels } }));
}

describe('familyFromRows', () => {
  test('returns a family with the same rows', () => {
    const rows = [
      { labels: { state: 'free', zone: 'a' }, value: 3 },
      { labels: { state: 'busy', zone: 'a' }, value: Number.NaN, timestampMs: 1000 },
      { labels: { state: 'busy', zone: 'b' }, value: Number.POSITIVE_INFINITY, startMs: 5 },
    ];

    expect(rowsThrough({ name: 'pool', type: 'gauge', rows })).toEqual(rows);
  });

  test('accepts rows with different labels', () => {
    const rows = [
      { labels: {}, value: 1 },
      { labels: { a: '1' }, value: 2 },
      { labels: { b: '1' }, value: 3 },
      { labels: { b: '2', a: '1' }, value: 4 },
    ];

    expect(rowsThrough({ name: 'm', type: 'unknown', rows })).toEqual(rows);
  });

  test('converts label values to well-formed strings', () => {
    const rows = [{ labels: { a: 200, b: true, c: 'x\ud800' }, value: 1 }];

    expect(rowsThrough({ name: 'm', type: 'gauge', rows })).toEqual([
      { labels: { a: '200', b: 'true', c: 'x\ufffd' }, value: 1 },
    ]);
  });

  test('accepts histograms with different bounds', () => {
    const rows = [
      {
        labels: { a: '1' },
        buckets: [
          { le: 1, count: 2 },
          { le: Infinity, count: 3 },
        ],
        count: 3,
        sum: 4,
      },
      {
        labels: { a: '2' },
        buckets: [
          { le: 0.5, count: 0 },
          { le: 1, count: 7 },
          { le: Infinity, count: 7 },
        ],
        count: 7,
        sum: -1,
      },
    ];

    expect(rowsThrough({ name: 'h', type: 'histogram', rows })).toEqual(rows);
  });

  test('takes the count of a histogram from its bucket +Inf, and the bucket +Inf from the count', () => {
    expect(
      rowsThrough({
        name: 'h',
        type: 'histogram',
        rows: [
          { labels: { a: 1 }, buckets: [{ le: Infinity, count: 3 }] },
          { labels: { a: 2 }, count: 5 },
        ],
      }),
    ).toEqual([
      { labels: { a: '1' }, buckets: [{ le: Infinity, count: 3 }], count: 3 },
      { labels: { a: '2' }, buckets: [{ le: Infinity, count: 5 }], count: 5 },
    ]);
  });

  test('accepts rows without the count, sum or quantiles of other rows', () => {
    const histograms = [
      { labels: { a: '1' }, buckets: [{ le: Infinity, count: 3 }], count: 3, sum: 4 },
      { labels: { a: '2' }, buckets: [{ le: Infinity, count: 5 }], count: 5 },
    ];
    const summaries = [
      { labels: { a: '1' }, quantiles: [{ quantile: 0.5, value: Number.NaN }], count: 3 },
      { labels: { a: '2' }, quantiles: [{ quantile: 0.9, value: 4 }], sum: 5 },
    ];

    expect(rowsThrough({ name: 'h', type: 'histogram', rows: histograms })).toEqual(histograms);
    expect(rowsThrough({ name: 's', type: 'summary', rows: summaries })).toEqual(summaries);
  });

  test('accepts summaries, state sets and infos', () => {
    expect(
      rowsThrough({
        name: 's',
        type: 'summary',
        rows: [{ quantiles: [{ quantile: 0.5, value: 2 }], count: 1, sum: 2 }],
      }),
    ).toEqual([{ labels: {}, quantiles: [{ quantile: 0.5, value: 2 }], count: 1, sum: 2 }]);
    expect(
      rowsThrough({ name: 'st', type: 'stateset', rows: [{ states: { on: true, off: false } }] }).map((row) => ({
        ...(row as { states: object }).states,
      })),
    ).toEqual([{ on: true, off: false }]);
    expect(rowsThrough({ name: 'i_info', type: 'info', rows: [{ labels: { version: '1' } }] })).toEqual([
      { labels: { version: '1' }, value: 1 },
    ]);
  });

  test.each<[string, FamilyInput, string]>([
    ['a bad name', { name: 'a-b', type: 'gauge', rows: [] }, 'INVALID_NAME'],
    [
      'a bad label name',
      { name: 'm', type: 'gauge', rows: [{ labels: { 'a-b': 1 }, value: 1 }] },
      'INVALID_LABEL_NAME',
    ],
    ['a reserved label', { name: 'm', type: 'gauge', rows: [{ labels: { le: 1 }, value: 1 }] }, 'INVALID_LABEL_NAME'],
    [
      'a label value that is no scalar',
      { name: 'm', type: 'gauge', rows: [{ labels: { a: {} as string }, value: 1 }] },
      'INVALID_LABEL_VALUE',
    ],
    [
      'two rows with the same labels',
      {
        name: 'm',
        type: 'gauge',
        rows: [
          { labels: { a: 1, b: 2 }, value: 1 },
          { labels: { b: '2', a: '1' }, value: 1 },
        ],
      },
      'INVALID_FAMILY',
    ],
    [
      'an empty label beside an absent one',
      { name: 'm', type: 'gauge', rows: [{ labels: { a: '' }, value: 1 }, { value: 1 }] },
      'INVALID_FAMILY',
    ],
    ['no value', { name: 'm', type: 'gauge', rows: [{}] }, 'INVALID_FAMILY'],
    ['a string as value', { name: 'm', type: 'gauge', rows: [{ value: '1' as unknown as number }] }, 'INVALID_FAMILY'],
    ['a negative counter', { name: 'm_total', type: 'counter', rows: [{ value: -1 }] }, 'INVALID_FAMILY'],
    [
      'buckets that fall',
      {
        name: 'h',
        type: 'histogram',
        rows: [
          {
            buckets: [
              { le: 1, count: 3 },
              { le: 2, count: 2 },
            ],
            count: 3,
          },
        ],
      },
      'INVALID_FAMILY',
    ],
    [
      'a bound that is NaN',
      { name: 'h', type: 'histogram', rows: [{ buckets: [{ le: Number.NaN, count: 3 }], count: 3 }] },
      'INVALID_FAMILY',
    ],
    [
      'a bucket +Inf that differs from the count',
      { name: 'h', type: 'histogram', rows: [{ buckets: [{ le: Infinity, count: 3 }], count: 4 }] },
      'INVALID_FAMILY',
    ],
    ['a count that is NaN', { name: 'h', type: 'histogram', rows: [{ count: Number.NaN, sum: 1 }] }, 'INVALID_FAMILY'],
    [
      'a sum that is no number',
      { name: 's', type: 'summary', rows: [{ sum: '1' as unknown as number }] },
      'INVALID_FAMILY',
    ],
    [
      'a quantile whose value is no number',
      { name: 's', type: 'summary', rows: [{ quantiles: [{ quantile: 1, value: undefined as unknown as number }] }] },
      'INVALID_FAMILY',
    ],
    ['an unknown property', { name: 'g', type: 'gauge', rows: [], labelNames: ['a'] } as FamilyInput, 'INVALID_OPTION'],
    [
      'a histogram without count',
      { name: 'h', type: 'histogram', rows: [{ buckets: [{ le: 1, count: 3 }] }] },
      'INVALID_FAMILY',
    ],
    [
      'a quantile outside 0 to 1',
      { name: 's', type: 'summary', rows: [{ quantiles: [{ quantile: 2, value: 1 }] }] },
      'INVALID_FAMILY',
    ],
    ...(
      [
        ['no rows', { rows: undefined }],
        ['a text as rows', { rows: 'abc' }],
        ['a row that is no object', { rows: [null] }],
        ['a help that is no string', { help: 5, rows: [] }],
        ['a unit that is no string', { unit: 5, rows: [] }],
        ['labels in a map', { rows: [{ labels: new Map([['a', 'b']]), value: 1 }] }],
        ['labels that are no object', { rows: [{ labels: 5, value: 1 }] }],
        ['states in an array', { type: 'stateset', rows: [{ states: ['on'] }] }],
        ['buckets in an object', { type: 'histogram', rows: [{ buckets: { 1: 2 }, count: 2 }] }],
        ['a bound that is a string', { type: 'histogram', rows: [{ buckets: [{ le: '1', count: 1 }], count: 2 }] }],
        ['a bucket that is null', { type: 'histogram', rows: [{ buckets: [null], count: 2 }] }],
        ['a quantile that is a string', { type: 'summary', rows: [{ quantiles: [{ quantile: '0.5', value: 1 }] }] }],
        ...[
          ['histogram', 'buckets', { le: 1, count: 1 }],
          ['summary', 'quantiles', { quantile: 1, value: 1 }],
        ].map(([type, key, entry]) => [
          `${key} given twice`,
          { type, rows: [{ [key as string]: [entry, entry], count: 1 }] },
        ]),
      ] as [string, object][]
    ).map(([title, input]): [string, FamilyInput, string] => [
      title,
      { name: 'm', type: 'gauge', rows: [], ...input },
      'INVALID_FAMILY',
    ]),
    ['an unknown type', { name: 's', type: 'meter' as 'gauge', rows: [] }, 'INVALID_FAMILY'],
  ])('rejects %s', (_, input, code) => {
    expect(() => familyFromRows(input)).toThrow(expect.objectContaining({ code }));
  });
});
