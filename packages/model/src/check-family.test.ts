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
  createFamily({ ...histogram, native, exemplars, startMs: Float64Array.of(1), absent: Uint8Array.of(0, 0, 1) }),
  familyFromRows({ name: 's', type: 'summary', rows: [{ quantiles: [{ quantile: 0.5, value: 1 }], count: 1 }] }),
  familyFromRows({ name: 'st', type: 'stateset', rows: [{ states: { on: true } }] }),
  familyFromRows({ name: 'e', type: 'info', rows: [] }),
  createFamily({ ...scalar, name: 'with.dots', labelNames: ['label.too'] }),
  createFamily({ ...histogram, type: 'unknown' }),
])('checkFamily accepts a valid family', (family) => {
  expect(() => checkFamily(family)).not.toThrow();
});

test.each<[string, MetricFamily, Record<string, unknown>]>([
  ['no name', scalar, { name: '' }],
  ['a name that is not a string', scalar, { name: 5 }],
  ['half a character in the name', scalar, { name: 'a\ud800' }],
  ['an unknown type', scalar, { type: 'constructor' }],
  ['a help that is not a string', scalar, { help: 5 }],
  ['a size that is not a number', scalar, { size: '2' }],
  ['a size beyond its values', scalar, { size: 3 }],
  ['a layout of another type', scalar, { layout: histogram.layout }],
  ['no layout', scalar, { layout: undefined }],
  ['a width of 0', scalar, { layout: { kind: 'scalar', width: 0 } }],
  ['a sum offset beyond its width', histogram, { layout: { ...histogram.layout, sum: 7 } }],
  ['values in an ordinary array', scalar, { values: [1, 2] }],
  ['label ids beyond the dictionary', scalar, { labelIds: Int32Array.of(0, 2) }],
  ['label ids below -1', scalar, { labelIds: Int32Array.of(0, -2) }],
  ['too few label ids', scalar, { labelIds: Int32Array.of(0) }],
  ['a missing dictionary', scalar, { dictionaries: [] }],
  ['too few marks of absent numbers', histogram, { absent: Uint8Array.of(0) }],
  ['bounds that fall', histogram, { layout: { ...histogram.layout, width: 4, bounds: Float64Array.of(2, 1) } }],
  ['a bound of +Inf', histogram, { layout: { ...histogram.layout, bounds: Float64Array.of(Infinity) } }],
  ['half a character in a label value', scalar, { dictionaries: [['\udc00', 'y']] }],
  ['the label __name__', scalar, { labelNames: ['__name__'] }],
  ['an exemplar without labels', histogram, { exemplars: { ...exemplars, exemplars: [{ value: 1 }] } }],
  ['a label value that is not a string', scalar, { dictionaries: [['x', 5]] }],
  ['a constant label value that is not a string', scalar, { constLabels: [{ name: 'c', value: 5 }] }],
  ['an empty label name', scalar, { labelNames: [''] }],
  ['a repeated label name', scalar, { constLabels: [{ name: 'a', value: 'z' }] }],
  ['too few timestamps', scalar, { timestampMs: Float64Array.of(1) }],
  [
    'exemplar offsets beyond the last exemplar',
    histogram,
    { exemplars: { ...exemplars, offsets: Int32Array.of(0, 2) } },
  ],
  ['exemplar offsets that fall', histogram, { exemplars: { ...exemplars, offsets: Int32Array.of(1, 0) } }],
  [
    'native buckets without counts',
    histogram,
    { native: { ...native, positive: { ...buckets, counts: new Float64Array(0) } } },
  ],
  ['values that are no numbers', scalar, { values: BigInt64Array.of(1n, 2n) }],
  ['times that are no numbers', scalar, { timestampMs: BigInt64Array.of(1n, 2n) }],
  ['bounds that are no numbers', histogram, { layout: { ...histogram.layout, bounds: BigInt64Array.of(1n) } }],
  ['label ids between two values', scalar, { labelIds: Float64Array.of(0.5, 1) }],
  ['label ids of NaN', scalar, { labelIds: Float64Array.of(Number.NaN, 1) }],
  ['a text as label names', scalar, { labelNames: 'a' }],
  ['no constant labels', scalar, { constLabels: null }],
  ['a fractional offset', histogram, { exemplars: { ...exemplars, offsets: Float64Array.of(0, 0.5) } }],
  ['ordinary arrays of exemplar buckets', histogram, { exemplars: { ...exemplars, buckets: ['0'] } }],
  [
    'ordinary arrays of native buckets',
    histogram,
    { native: { ...native, negative: { ...buckets, indexes: ['1'], counts: ['1'] } } },
  ],
  ['native buckets of one side', histogram, { native: { ...native, negative: undefined } }],
])('checkFamily rejects a family with %s', (_, family, change) => {
  const broken = createFamily({ ...family, ...change } as unknown as FamilyColumns);

  expect(() => checkFamily(broken)).toThrow(expect.objectContaining({ code: 'INVALID_FAMILY' }));
});

test.each([undefined, null, 5, 'family'])('checkFamily rejects %s', (value) => {
  expect(() => checkFamily(value as unknown as MetricFamily)).toThrow(
    expect.objectContaining({ code: 'INVALID_FAMILY' }),
  );
});
