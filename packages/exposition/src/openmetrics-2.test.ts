import { Histogram, Registry } from '@promwright/metrics';
import { createFamily, familyFromRows, type MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { everyType } from '../test/every-type.ts';
import { formatOpenMetrics, formatText } from './format-families.ts';
import { formatProtobuf } from './format-protobuf.ts';

const V2 = { version: '2.0.0' } as const;

/** Returns a histogram with native buckets, exemplars and a start time. */
function richHistogram(buckets: boolean): MetricFamily {
  const bounds = buckets ? [{ le: 1, count: 2 }] : [];
  return createFamily({
    ...familyFromRows({
      name: 'h_seconds',
      type: 'histogram',
      unit: 'seconds',
      rows: [
        {
          labels: { a: 'x' },
          buckets: bounds,
          count: 7,
          sum: 3.5,
          startMs: 1_520_430_000_123,
          timestampMs: 1_520_879_607_789,
        },
      ],
    }),
    native: {
      schemas: Int8Array.of(3),
      zeroThresholds: Float64Array.of(1e-4),
      zeroCounts: Float64Array.of(1),
      negative: { offsets: Int32Array.of(0, 1), indexes: Int32Array.of(2), counts: Float64Array.of(1) },
      positive: {
        offsets: Int32Array.of(0, 4),
        indexes: Int32Array.of(-3, -1, 2, 8),
        counts: Float64Array.of(2, 1, 1, 1),
      },
    },
    exemplars: {
      offsets: Int32Array.of(0, 3),
      exemplars: [
        { labels: [{ name: 'trace_id', value: 'x' }], value: 0.67, timestampMs: 1_520_879_606_100 },
        { labels: [], value: 2, timestampMs: 1000 },
        { labels: [{ name: 'no', value: 'time' }], value: 3 },
      ],
      buckets: buckets ? Int32Array.of(0, 1, 1) : Int32Array.of(-1, -1, -1),
    },
  });
}

test('formatOpenMetrics writes every type as OpenMetrics 2.0', () => {
  expect(formatOpenMetrics(everyType(), V2)).toBe(String.raw`# TYPE served_total counter
# HELP served_total Two\nlines, \"quotes\" and \\.
served_total{path="C:\\dir \"x\"\nnew",zone="ä"} 1.5
# TYPE odd_counter counter
# HELP odd_counter No suffix.
odd_counter 3
# TYPE temperature_celsius gauge
# UNIT temperature_celsius celsius
# HELP temperature_celsius T.
temperature_celsius{at=""} -1e-7
# TYPE duration_seconds histogram
# UNIT duration_seconds seconds
# HELP duration_seconds D.
duration_seconds{a="x"} {count:4,sum:21.25,bucket:[0.1:1,1.0:3,10.0:3,+Inf:4]}
# TYPE size_bytes summary
# HELP size_bytes S.
size_bytes {count:2,sum:9,quantile:[0.5:7,1.0:NaN]}
# TYPE queue gaugehistogram
# HELP queue Q.
queue {gcount:2,gsum:11,bucket:[5.0:1,+Inf:2]}
# TYPE app_info info
# HELP app_info I.
app_info{version="1.2"} 1
# TYPE mode stateset
# HELP mode M.
mode{node="n",mode="up"} 1
mode{node="n",mode="down"} 0
# TYPE thing unknown
thing +Inf 1700000000.123
thing{a="b"} -Inf -0.005
# EOF
`);
});

describe('OpenMetrics 2.0', () => {
  test('puts native and classic buckets, times and exemplars on one line', () => {
    expect(formatOpenMetrics([richHistogram(true)], V2)).toBe(
      '# TYPE h_seconds histogram\n# UNIT h_seconds seconds\n' +
        'h_seconds{a="x"} {count:7,sum:3.5,schema:3,zero_threshold:0.0001,zero_count:1,' +
        'negative_spans:[2:1],negative_buckets:[1],' +
        'positive_spans:[-3:6,5:1],positive_buckets:[2,0,1,0,0,1,1],bucket:[1.0:2,+Inf:7]}' +
        ' 1520879607.789 st@1520430000.123' +
        ' # {trace_id="x"} 0.67 1520879606.1 # {} 2 1\n# EOF\n',
    );
  });

  test('shows native buckets alone, with their own exemplars', () => {
    const text = formatOpenMetrics([richHistogram(false)], V2);

    expect(text).not.toContain('bucket:[');
    expect(text).toContain('positive_buckets:[2,0,1,0,0,1,1]} 1520879607.789');
    expect(text).toContain(' # {trace_id="x"} 0.67 1520879606.1 # {} 2 1\n');
  });

  test('shows the start time of a counter', () => {
    const counter = familyFromRows({
      name: 'c_total',
      type: 'counter',
      rows: [{ value: 17, startMs: 1_520_430_000_123 }],
    });

    expect(formatOpenMetrics([counter], V2)).toBe('# TYPE c_total counter\nc_total 17 st@1520430000.123\n# EOF\n');
  });

  test('shows a summary without count or sum as single samples, because both are mandatory', () => {
    const summary = familyFromRows({
      name: 's',
      type: 'summary',
      rows: [
        { labels: { a: 1 }, count: 2 },
        { labels: { a: 2 }, sum: 3 },
      ],
    });

    expect(formatOpenMetrics([summary], V2)).toBe(
      '# TYPE s_sum unknown\ns_sum{a="2"} 3\n# TYPE s_count unknown\ns_count{a="1"} 2\n# EOF\n',
    );
  });
});

describe('OpenMetrics 1.0', () => {
  test('shows one exemplar per bucket, and no native buckets', () => {
    expect(formatOpenMetrics([richHistogram(true)])).toBe(`# TYPE h_seconds histogram
# UNIT h_seconds seconds
h_seconds_bucket{a="x",le="1.0"} 2 1520879607.789 # {trace_id="x"} 0.67 1520879606.1
h_seconds_bucket{a="x",le="+Inf"} 7 1520879607.789 # {} 2 1
h_seconds_sum{a="x"} 3.5 1520879607.789
h_seconds_count{a="x"} 7 1520879607.789
# EOF
`);
  });

  test('shows exemplars of counters, except of a counter that has the type unknown', () => {
    const exemplars = {
      offsets: Int32Array.of(0, 1),
      exemplars: [{ labels: [{ name: 't', value: 'é"\\' }], value: 2 }],
      buckets: Int32Array.of(-1),
    };
    const counter = (name: string) =>
      createFamily({ ...familyFromRows({ name, type: 'counter', rows: [{ value: 3 }] }), exemplars });

    expect(formatOpenMetrics([counter('a_total'), counter('b')])).toBe(
      '# TYPE a counter\na_total 3 # {t="é\\"\\\\"} 2\n# TYPE b unknown\nb 3\n# EOF\n',
    );
  });

  test('shows a histogram with negative bounds, or with a count and no sum, as single samples', () => {
    const registry = new Registry();
    const histogram = new Histogram({ name: 'n', help: 'N.', registry, buckets: [-1, 1], labelNames: ['a'] });
    for (let a = 0; a < 2; a++) histogram.observe({ a }, a);
    const absent = familyFromRows({
      name: 'h',
      type: 'histogram',
      rows: [
        { labels: { a: 1 }, count: 2, sum: 3 },
        { labels: { a: 2 }, count: 4 },
      ],
    });

    expect(formatOpenMetrics([...registry.gatherSync(), absent])).toBe(`# TYPE n_bucket unknown
# HELP n_bucket N.
n_bucket{a="0",le="-1.0"} 0
n_bucket{a="0",le="1.0"} 1
n_bucket{a="0",le="+Inf"} 1
n_bucket{a="1",le="-1.0"} 0
n_bucket{a="1",le="1.0"} 1
n_bucket{a="1",le="+Inf"} 1
# TYPE n_sum unknown
# HELP n_sum N.
n_sum{a="0"} 0
n_sum{a="1"} 1
# TYPE n_count unknown
# HELP n_count N.
n_count{a="0"} 1
n_count{a="1"} 1
# TYPE h_bucket unknown
h_bucket{a="1",le="+Inf"} 2
h_bucket{a="2",le="+Inf"} 4
# TYPE h_sum unknown
h_sum{a="1"} 3
# TYPE h_count unknown
h_count{a="1"} 2
h_count{a="2"} 4
# EOF
`);
    expect(formatText(registry.gatherSync())).toContain('n_count{a="1"} 1');
  });

  test('shows start times as samples with the option created', () => {
    const startMs = 1_520_430_000_123;
    const families = [
      familyFromRows({
        name: 'c_total',
        type: 'counter',
        rows: [
          { labels: { a: 1 }, value: 3, startMs },
          { labels: { a: 2 }, value: 4 },
        ],
      }),
      familyFromRows({ name: 'h', type: 'histogram', rows: [{ count: 1, sum: 2, startMs }] }),
      familyFromRows({ name: 's', type: 'summary', rows: [{ count: 1, sum: 2, startMs }] }),
      familyFromRows({ name: 'g', type: 'gauge', rows: [{ value: 1, startMs }] }),
    ];

    expect(formatOpenMetrics(families, { created: true })).toBe(`# TYPE c counter
c_total{a="1"} 3
c_created{a="1"} 1520430000.123
c_total{a="2"} 4
# TYPE h histogram
h_bucket{le="+Inf"} 1
h_sum 2
h_count 1
h_created 1520430000.123
# TYPE s summary
s_sum 2
s_count 1
s_created 1520430000.123
# TYPE g gauge
g 1
# EOF
`);
    expect(formatOpenMetrics(families)).not.toContain('_created');
  });
});

test('formatText omits the count or sum of series without one', () => {
  const families = [
    familyFromRows({
      name: 'h',
      type: 'histogram',
      rows: [
        { labels: { a: 1 }, count: 2, sum: 3 },
        { labels: { a: 2 }, count: 4 },
      ],
    }),
    familyFromRows({
      name: 's',
      type: 'summary',
      rows: [
        { labels: { a: 1 }, count: 2 },
        { labels: { a: 2 }, sum: 3 },
      ],
    }),
  ];

  expect(formatText(families)).toBe(`# TYPE h histogram
h_bucket{a="1",le="+Inf"} 2
h_sum{a="1"} 3
h_count{a="1"} 2
h_bucket{a="2",le="+Inf"} 4
h_count{a="2"} 4
# TYPE s summary
s_count{a="1"} 2
s_sum{a="2"} 3
`);
});

test('the count of a histogram whose layout has none is the total of its buckets, in every format', () => {
  const rows = [{ buckets: [{ le: 1, count: 2 }], count: 3, sum: 4 }];
  const family = familyFromRows({ name: 'h', type: 'histogram', rows });
  const withoutCount = createFamily({
    ...family,
    layout: { kind: 'classic', width: 3, bounds: Float64Array.of(1), cumulative: false, sum: 2, count: -1 },
    values: Float64Array.of(2, 1, 4),
  });

  expect(formatText([withoutCount])).toBe(formatText([family]));
  expect(formatOpenMetrics([withoutCount], V2)).toBe(formatOpenMetrics([family], V2));
  expect(formatProtobuf([withoutCount])).toEqual(formatProtobuf([family]));
});

test('text 1.0.0 quotes names that text 0.0.4 escapes', () => {
  const family = createFamily({
    ...familyFromRows({ name: 'x', type: 'gauge', rows: [{ value: 1 }] }),
    name: 'http.requests',
  });

  expect(formatText([family], { version: '1.0.0' })).toBe('# TYPE "http.requests" gauge\n{"http.requests"} 1\n');
  expect(formatText([family])).toBe('# TYPE http_requests gauge\nhttp_requests 1\n');
});

test.each([
  () => formatText([], { version: '2' as '1.0.0' }),
  () => formatOpenMetrics([], { version: '3.0.0' as '1.0.0' }),
])('formatText and formatOpenMetrics reject an unknown version', (run) => {
  expect(run).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});
