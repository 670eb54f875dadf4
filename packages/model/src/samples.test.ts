import { expect, test } from 'vitest';
import { createFamily } from './create-family.ts';
import { familyFromRows } from './family-from-rows.ts';
import { formatGoFloat, samples } from './samples.ts';

function lines(family: ReturnType<typeof familyFromRows>): string[] {
  return [...samples(family)].map(
    ({ name, labels, value, timestampMs }) =>
      `${name} ${labels.map((label) => `${label.name}=${label.value}`).join(' ')} ${value}${timestampMs === undefined ? '' : ` @${timestampMs}`}`,
  );
}

test('samples yields the samples of a family with the suffixes of the text format', () => {
  expect([
    ...lines(
      familyFromRows({ name: 'c_total', type: 'counter', rows: [{ labels: { a: 'x' }, value: 3, timestampMs: 7 }] }),
    ),
    ...lines(
      familyFromRows({
        name: 'h',
        type: 'histogram',
        rows: [{ labels: { a: 'x' }, buckets: [{ le: 1, count: 2 }], count: 3, sum: 4.5 }],
      }),
    ),
    ...lines(
      familyFromRows({
        name: 's',
        type: 'summary',
        rows: [{ quantiles: [{ quantile: 0.5, value: 9 }], count: 1, sum: 9 }],
      }),
    ),
    ...lines(familyFromRows({ name: 'st', type: 'stateset', rows: [{ states: { on: true, off: false } }] })),
  ]).toEqual([
    'c_total a=x 3 @7',
    'h_bucket a=x le=1 2',
    'h_bucket a=x le=+Inf 3',
    'h_sum a=x 4.5',
    'h_count a=x 3',
    's quantile=0.5 9',
    's_sum  9',
    's_count  1',
    'st st=on 1',
    'st st=off 0',
  ]);
});

test('samples yields no sample for an absent number, and one for NaN', () => {
  const histogram = familyFromRows({
    name: 'h',
    type: 'histogram',
    rows: [
      { labels: { a: 1 }, buckets: [{ le: 1, count: 2 }], count: 3, sum: 4 },
      { labels: { a: 2 }, count: 5 },
    ],
  });
  const withoutCount = createFamily({ ...histogram, absent: Uint8Array.of(0, 1, 1, 1, 0, 0) });
  const summary = familyFromRows({
    name: 's',
    type: 'summary',
    rows: [
      { labels: { a: 1 }, quantiles: [{ quantile: 0.5, value: Number.NaN }] },
      { labels: { a: 2 }, quantiles: [{ quantile: 0.9, value: 1 }], count: 3 },
    ],
  });

  expect([histogram, withoutCount, summary].map(lines)).toEqual([
    [
      'h_bucket a=1 le=1 2',
      'h_bucket a=1 le=+Inf 3',
      'h_sum a=1 4',
      'h_count a=1 3',
      'h_bucket a=2 le=+Inf 5',
      'h_count a=2 5',
    ],
    ['h_bucket a=1 le=1 2', 'h_bucket a=2 le=+Inf 5', 'h_sum a=2 0', 'h_count a=2 5'],
    ['s a=1 quantile=0.5 NaN', 's a=2 quantile=0.9 1', 's_count a=2 3'],
  ]);
});

test.each([
  [0, '0', '0.0'],
  [-0, '0', '0.0'],
  [1, '1', '1.0'],
  [0.005, '0.005', '0.005'],
  [0.0001, '0.0001', '0.0001'],
  [0.00001, '1e-05', '1e-05'],
  [1.5e-7, '1.5e-07', '1.5e-07'],
  [1e-100, '1e-100', '1e-100'],
  [100_000, '100000', '100000.0'],
  [123_456, '123456', '123456.0'],
  [1e6, '1e+06', '1e+06'],
  [1_234_567, '1.234567e+06', '1.234567e+06'],
  [1.7976931348623157e308, '1.7976931348623157e+308', '1.7976931348623157e+308'],
  [-2.5, '-2.5', '-2.5'],
  [-10, '-10', '-10.0'],
  [Infinity, '+Inf', '+Inf'],
  [-Infinity, '-Inf', '-Inf'],
  [Number.NaN, 'NaN', 'NaN'],
])('formatGoFloat formats %d as %s, and as %s for OpenMetrics', (value, text, openMetrics) => {
  expect([formatGoFloat(value), formatGoFloat(value, true)]).toEqual([text, openMetrics]);
});
