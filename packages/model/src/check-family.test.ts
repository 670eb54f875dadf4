import { expect, test } from 'vitest';
import { checkFamily } from './check-family.ts';
import { createFamily, type FamilyColumns } from './create-family.ts';
import { familyFromRows } from './family-from-rows.ts';
import type { MetricFamily } from './metric-family.ts';

const scalar = familyFromRows({
  name: 'g',
  type: 'gauge',
  rows: [
    { labels: { a: 'x' }, value: 1 },
    { labels: { a: 'y' }, value: 2 },
  ],
});
const histogram = familyFromRows({
  name: 'h',
  type: 'histogram',
  rows: [{ buckets: [{ le: 1, count: 1 }], count: 2, sum: 3 }],
});
const buckets = { offsets: Int32Array.of(0, 1), indexes: Int32Array.of(1), counts: Float64Array.of(1) };
const native = {
  schemas: Int8Array.of(0),
  zeroThresholds: Float64Array.of(0),
  zeroCounts: Float64Array.of(0),
  positive: buckets,
  negative: buckets,
};
const exemplars = { offsets: Int32Array.of(0, 1), exemplars: [{ labels: [], value: 1 }], buckets: Int32Array.of(0) };

test.each([
  scalar,
  histogram,
  createFamily({ ...histogram, native, exemplars, startMs: Float64Array.of(1), absentSums: Uint8Array.of(0) }),
  familyFromRows({ name: 's', type: 'summary', rows: [{ quantiles: [{ quantile: 0.5, value: 1 }], count: 1 }] }),
  familyFromRows({ name: 'st', type: 'stateset', rows: [{ states: { on: true } }] }),
  familyFromRows({ name: 'e', type: 'info', rows: [] }),
  createFamily({ ...scalar, name: 'with.dots', labelNames: ['label.too'] }),
])('a family that is right passes', (family) => {
  expect(() => checkFamily(family)).not.toThrow();
});

test.each<[string, MetricFamily, Record<string, unknown>]>([
  ['no name', scalar, { name: '' }],
  ['a name that is no text', scalar, { name: 5 }],
  ['half a character in the name', scalar, { name: 'a\ud800' }],
  ['an unknown type', scalar, { type: 'constructor' }],
  ['a help that is no text', scalar, { help: 5 }],
  ['a size that is no number', scalar, { size: '2' }],
  ['a size beyond its values', scalar, { size: 3 }],
  ['a layout of another type', scalar, { layout: histogram.layout }],
  ['no layout', scalar, { layout: undefined }],
  ['a width of nothing', scalar, { layout: { kind: 'scalar', width: 0 } }],
  ['a sum out of its width', histogram, { layout: { ...histogram.layout, sum: 7 } }],
  ['values that are no typed array', scalar, { values: [1, 2] }],
  ['ids beyond the dictionary', scalar, { labelIds: Int32Array.of(0, 2) }],
  ['ids below absent', scalar, { labelIds: Int32Array.of(0, -2) }],
  ['too few ids', scalar, { labelIds: Int32Array.of(0) }],
  ['a dictionary too few', scalar, { dictionaries: [] }],
  ['a label that is no text', scalar, { dictionaries: [['x', 5]] }],
  ['a constant label that is no text', scalar, { constLabels: [{ name: 'c', value: 5 }] }],
  ['a label without name', scalar, { labelNames: [''] }],
  ['a label named twice', scalar, { constLabels: [{ name: 'a', value: 'z' }] }],
  ['too few times', scalar, { timestampMs: Float64Array.of(1) }],
  ['exemplars beyond the last', histogram, { exemplars: { ...exemplars, offsets: Int32Array.of(0, 2) } }],
  ['exemplars whose offsets fall', histogram, { exemplars: { ...exemplars, offsets: Int32Array.of(1, 0) } }],
  [
    'native buckets without counts',
    histogram,
    { native: { ...native, positive: { ...buckets, counts: new Float64Array(0) } } },
  ],
  ['native buckets of one side', histogram, { native: { ...native, negative: undefined } }],
])('a family with %s is refused', (_, family, change) => {
  const broken = createFamily({ ...family, ...change } as unknown as FamilyColumns);

  expect(() => checkFamily(broken)).toThrow(expect.objectContaining({ code: 'INVALID_FAMILY' }));
});

test.each([undefined, null, 5, 'family'])('%s is no family', (value) => {
  expect(() => checkFamily(value as unknown as MetricFamily)).toThrow(
    expect.objectContaining({ code: 'INVALID_FAMILY' }),
  );
});
