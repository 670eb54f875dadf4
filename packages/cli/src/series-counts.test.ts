import { formatText } from '@promwright/exposition';
import { createFamily, familyFromRows } from '@promwright/model';
import { parseText } from '@promwright/parser';
import { expect, test } from 'vitest';
import { seriesCounts } from './series-counts.ts';

const page = [
  '# TYPE h histogram',
  'h_bucket{m="get",le="1"} 1',
  'h_bucket{m="get",le="+Inf"} 1',
  'h_sum{m="get"} 1',
  'h_count{m="get"} 1',
  'h_bucket{m="put",le="+Inf"} 1',
  'h_count{m="put"} 1',
  '# TYPE s summary',
  's{quantile="0.5"} 1',
  's{quantile="0.9"} 1',
  's_sum 1',
  's_count 1',
  'x{m="get",a="1"} 1',
  'x{m="del",a="1"} 1',
  'x{m="",a="2"} 1',
  '# TYPE nothing gauge',
  '',
].join('\n');

test('seriesCounts counts each bucket, quantile, sum and count as a series', () => {
  const counts = seriesCounts(parseText(page));

  expect(counts).toEqual({
    series: 13,
    metrics: [
      {
        name: 'h',
        type: 'histogram',
        series: 6,
        labels: [
          { name: 'm', values: 2 },
          { name: 'le', values: 2 },
        ],
      },
      { name: 's', type: 'summary', series: 4, labels: [{ name: 'quantile', values: 2 }] },
      {
        name: 'x',
        type: 'unknown',
        series: 3,
        labels: [
          { name: 'a', values: 2 },
          { name: 'm', values: 2 },
        ],
      },
      { name: 'nothing', type: 'gauge', series: 0, labels: [] },
    ],
    labels: [
      { name: 'm', values: 3, series: 8 },
      { name: 'a', values: 2, series: 3 },
      { name: 'le', values: 2, series: 3 },
      { name: 'quantile', values: 2, series: 2 },
    ],
  });
});

test('seriesCounts counts as many series as the text has lines', () => {
  const families = [
    ...parseText(page),
    familyFromRows({ name: 'phase', type: 'stateset', rows: [{ states: { on: true, off: false } }] }),
    familyFromRows({ name: 'app_info', type: 'info', rows: [{ labels: { version: '1' } }] }),
  ];

  const lines = formatText(families)
    .split('\n')
    .filter((line) => /^[^#]/.test(line));

  expect(seriesCounts(families).series).toBe(lines.length);
});

test('seriesCounts counts a native histogram without classic buckets as one series', () => {
  const none = { offsets: new Int32Array(2), indexes: new Int32Array(), counts: new Float64Array() };
  const family = createFamily({
    ...familyFromRows({ name: 'h', type: 'histogram', rows: [{ labels: { a: '1' }, count: 3, sum: 1 }] }),
    native: {
      schemas: Int8Array.of(0),
      zeroThresholds: Float64Array.of(0),
      zeroCounts: Float64Array.of(3),
      positive: none,
      negative: none,
    },
  });

  expect(seriesCounts([family])).toEqual({
    series: 1,
    metrics: [{ name: 'h', type: 'histogram', series: 1, labels: [{ name: 'a', values: 1 }] }],
    labels: [{ name: 'a', values: 1, series: 1 }],
  });
});

test('seriesCounts adds up several families of one name', () => {
  const families = [...parseText('x{a="1"} 1\n'), ...parseText('x{a="2"} 1\n')];

  expect(seriesCounts(families)).toEqual({
    series: 2,
    metrics: [{ name: 'x', type: 'unknown', series: 2, labels: [{ name: 'a', values: 2 }] }],
    labels: [{ name: 'a', values: 2, series: 2 }],
  });
});
