import { Histogram } from '@promwright/metrics';
import { createFamily, familyFromRows } from '@promwright/model';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFamilies } from '../test/decode-families.ts';
import { everyType } from '../test/every-type.ts';
import { formatProtobuf } from './format-protobuf.ts';

/** Formats families and decodes the bytes with another library. */
function decoded(
  families: Parameters<typeof formatProtobuf>[0],
  options?: Parameters<typeof formatProtobuf>[1],
): unknown[] {
  return decodeFamilies(formatProtobuf(families, options));
}

function onlyMetric(family: unknown): Record<string, unknown> {
  return (family as { metric: Record<string, unknown>[] }).metric[0]!;
}

const label = (name: string, value: string) => ({ name, value });

test('formatProtobuf writes every type', () => {
  expect(decoded(everyType())).toEqual([
    {
      name: 'served_total',
      help: 'Two\nlines, "quotes" and \\.',
      type: 'COUNTER',
      metric: [{ label: [label('path', 'C:\\dir "x"\nnew'), label('zone', 'ä')], counter: { value: 1.5 } }],
    },
    { name: 'odd_counter', help: 'No suffix.', type: 'COUNTER', metric: [{ counter: { value: 3 } }] },
    {
      name: 'temperature_celsius',
      help: 'T.',
      type: 'GAUGE',
      unit: 'celsius',
      metric: [{ label: [label('at', '')], gauge: { value: -1e-7 } }],
    },
    {
      name: 'duration_seconds',
      help: 'D.',
      type: 'HISTOGRAM',
      unit: 'seconds',
      metric: [
        {
          label: [label('a', 'x')],
          histogram: {
            count: 4,
            sum: 21.25,
            bucket: [
              { count: 1, bound: 0.1 },
              { count: 3, bound: 1 },
              { count: 3, bound: 10 },
            ],
          },
        },
      ],
    },
    {
      name: 'size_bytes',
      help: 'S.',
      type: 'SUMMARY',
      metric: [
        {
          summary: {
            count: 2,
            sum: 9,
            quantile: [
              { quantile: 0.5, value: 7 },
              { quantile: 1, value: Number.NaN },
            ],
          },
        },
      ],
    },
    {
      name: 'queue',
      help: 'Q.',
      type: 'GAUGE_HISTOGRAM',
      metric: [{ histogram: { count: 2, sum: 11, bucket: [{ count: 1, bound: 5 }] } }],
    },
    {
      name: 'app_info',
      help: 'I.',
      type: 'GAUGE',
      metric: [{ label: [label('version', '1.2')], gauge: { value: 1 } }],
    },
    {
      name: 'mode',
      help: 'M.',
      type: 'GAUGE',
      metric: [
        { label: [label('node', 'n'), label('mode', 'up')], gauge: { value: 1 } },
        { label: [label('node', 'n'), label('mode', 'down')], gauge: { value: 0 } },
      ],
    },
    {
      name: 'thing',
      type: 'UNTYPED',
      metric: [
        { untyped: { value: Infinity }, timestamp_ms: 1_700_000_000_123 },
        { label: [label('a', 'b')], untyped: { value: -Infinity }, timestamp_ms: -5 },
      ],
    },
  ]);
});

test('formatProtobuf writes start times and exemplars with fractions of seconds', () => {
  const time = { seconds: 1_520_430_000, nanos: 123_000_000 };
  const exemplar = { labels: [{ name: 'trace_id', value: 'x' }], value: 0.5, timestampMs: 1_520_430_000_123 };
  const exemplars = { offsets: Int32Array.of(0, 1), exemplars: [exemplar], buckets: Int32Array.of(-1) };
  const shown = { label: [label('trace_id', 'x')], value: 0.5, timestamp: time };
  const startMs = 1_520_430_000_123;
  const counter = familyFromRows({ name: 'c_total', type: 'counter', rows: [{ value: 1, startMs }] });
  const summary = familyFromRows({ name: 's', type: 'summary', rows: [{ count: 1, sum: 2, startMs }] });
  const histogram = familyFromRows({
    name: 'h',
    type: 'histogram',
    rows: [{ buckets: [{ le: 1, count: 1 }], count: 2, sum: 3, startMs }],
  });

  expect(
    decoded([
      createFamily({ ...counter, exemplars }),
      summary,
      createFamily({ ...histogram, exemplars: { ...exemplars, buckets: Int32Array.of(1) } }),
    ]).map(onlyMetric),
  ).toEqual([
    { counter: { value: 1, exemplar: shown, start: time } },
    { summary: { count: 1, sum: 2, start: time } },
    {
      histogram: {
        count: 2,
        sum: 3,
        // The bucket +Inf repeats the count, but here it has an exemplar.
        bucket: [
          { count: 1, bound: 1 },
          { count: 2, bound: Infinity, exemplar: shown },
        ],
        start: time,
      },
    },
  ]);
});

describe('formatProtobuf of a native histogram', () => {
  test('writes spans, differences and exemplars', () => {
    const histogram = new Histogram({ name: 'h', help: 'H.', registry: null, buckets: false, native: { schema: 0 } });
    for (const value of [1, 1, 1, 2, 16, 64, 0, -4, -4]) histogram.observe(value);
    histogram.observe(1024, { trace_id: 'x' });

    expect(onlyMetric(decoded(histogram.collect())[0])).toEqual({
      histogram: {
        count: 10,
        sum: 1 * 3 + 2 + 16 + 64 - 8 + 1024,
        schema: 0,
        zero_threshold: 2 ** -128,
        zero_count: 1,
        negative_span: [{ offset: 2, length: 1 }],
        negative_delta: [2],
        // Gaps of one or two buckets are filled, longer ones are not.
        positive_span: [
          { offset: 0, length: 7 },
          { offset: 3, length: 1 },
        ],
        positive_delta: [3, -2, -1, 0, 1, -1, 1, 0],
        start: { seconds: expect.any(Number), nanos: expect.any(Number) },
        exemplars: [
          {
            label: [label('trace_id', 'x')],
            value: 1024,
            timestamp: { seconds: expect.any(Number), nanos: expect.any(Number) },
          },
        ],
      },
    });
  });

  test('marks a histogram without observations as native', () => {
    const options = { name: 'h', help: 'H.', registry: null, buckets: false } as const;
    const usual = new Histogram({ ...options, native: true });
    const exact = new Histogram({ ...options, native: { zeroThreshold: 0 } });

    expect(onlyMetric(decoded(usual.collect())[0]).histogram).toMatchObject({
      schema: 3,
      zero_threshold: 2 ** -128,
      zero_count: 0,
    });
    expect(onlyMetric(decoded(exact.collect())[0]).histogram).toMatchObject({ zero_threshold: 0, positive_span: [{}] });
  });

  test('writes counts that are not integers as floats', () => {
    const family = createFamily({
      ...familyFromRows({
        name: 'h',
        type: 'histogram',
        rows: [{ buckets: [{ le: 1, count: 0.5 }], count: 1.5, sum: 1 }],
      }),
      native: {
        schemas: Int8Array.of(-4),
        zeroThresholds: Float64Array.of(0.5),
        zeroCounts: Float64Array.of(0.25),
        positive: { offsets: Int32Array.of(0, 2), indexes: Int32Array.of(1, 2), counts: Float64Array.of(0.5, 0.75) },
        negative: { offsets: Int32Array.of(0, 0), indexes: new Int32Array(0), counts: new Float64Array(0) },
      },
    });

    expect(onlyMetric(decoded([family])[0]).histogram).toEqual({
      count_float: 1.5,
      sum: 1,
      bucket: [{ count_float: 0.5, bound: 1 }],
      schema: -4,
      zero_threshold: 0.5,
      zero_count_float: 0.25,
      positive_span: [{ offset: 1, length: 2 }],
      positive_count: [0.5, 0.75],
    });
  });
});

test('formatProtobuf writes numbers and strings of any size', () => {
  fc.assert(
    fc.property(
      fc.record({
        value: fc.double(),
        count: fc.oneof(fc.nat(300), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
        text: fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.nat(40_000).map((length) => 'é'.repeat(length)),
        ),
        timestampMs: fc.integer({ min: -8.64e15, max: 8.64e15 }),
      }),
      ({ value, count, text, timestampMs }) => {
        const [gauge, summary] = decoded([
          familyFromRows({ name: 'g', type: 'gauge', help: text, rows: [{ labels: { a: text }, value, timestampMs }] }),
          familyFromRows({ name: 's', type: 'summary', rows: [{ count, sum: value }] }),
        ]);

        expect(onlyMetric(gauge)).toEqual({
          label: [label('a', text.toWellFormed())],
          gauge: { value },
          timestamp_ms: timestampMs,
        });
        expect(onlyMetric(summary)).toEqual({ summary: { count, sum: value } });
      },
    ),
    { numRuns: 200 },
  );
});

test('formatProtobuf escapes names outside the classic character set by the option escaping', () => {
  const family = createFamily({
    ...familyFromRows({ name: 'x', type: 'gauge', rows: [{ labels: { a: 'b' }, value: 1 }] }),
    name: 'http.requests',
    labelNames: ['user:id'],
  });
  const names = (escaping?: 'allow-utf-8' | 'values') =>
    decoded([family], { ...(escaping && { escaping }) }).map((read) => [
      (read as { name: string }).name,
      (onlyMetric(read).label as { name: string }[])[0]!.name,
    ]);

  expect(names()).toEqual([['http_requests', 'user_id']]);
  expect(names('allow-utf-8')).toEqual([['http.requests', 'user:id']]);
  expect(names('values')).toEqual([['U__http_2e_requests', 'user_id']]);
});

test('formatProtobuf of no families returns no bytes', () => {
  expect(formatProtobuf([])).toEqual(new Uint8Array(0));
});
