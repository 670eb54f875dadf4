import { encodeOpenMetrics2 } from './encode-open-metrics-2.ts';
import { encodeProtobuf } from './encode-protobuf.ts';
import type { PlainFamily } from './family-of.ts';

const labels = { method: 'GET', path: 'C:\\dir "x"\nnew' };
const trace = { labels: [{ name: 'trace_id', value: 'a1' }], value: 0.3, timestampMs: 1_700_000_000_500 };
const buckets = [
  { le: 0.5, count: 2 },
  { le: 1, count: 3 },
  { le: Infinity, count: 4 },
];
const native = {
  schema: 3,
  zeroThreshold: 1e-4,
  zeroCount: 1,
  positive: [
    { index: -1, count: 2 },
    { index: 5, count: 1 },
  ],
  negative: [{ index: 2, count: 3 }],
};

/** One family of each type. */
const FAMILIES: readonly PlainFamily[] = [
  {
    name: 'served_total',
    type: 'counter',
    help: 'Two\nlines and \\.',
    rows: [
      { labels, value: 1.5, startMs: 1_600_000_000_000, exemplars: [trace] },
      { labels: {}, value: 0 },
    ],
  },
  {
    name: 'heat_celsius',
    type: 'gauge',
    unit: 'celsius',
    rows: [{ labels: { 'a.b': 'c' }, value: -1e-7, timestampMs: 5 }],
  },
  {
    name: 'duration_seconds',
    type: 'histogram',
    rows: [
      { labels, buckets, count: 4, sum: 3.25, exemplars: [{ ...trace, le: 0.5 }] },
      { labels: { method: 'PUT' }, buckets, count: 4, sum: 0, native },
    ],
  },
  { name: 'queue', type: 'gaugehistogram', rows: [{ labels: {}, buckets, count: 4, sum: 3 }] },
  { name: 'size', type: 'summary', rows: [{ labels, quantiles: [{ quantile: 0.5, value: 7 }], count: 2, sum: 9 }] },
  { name: 'thing', type: 'unknown', rows: [{ labels: {}, value: Infinity }] },
];
const SETS: readonly PlainFamily[] = [
  { name: 'app_info', type: 'info', rows: [{ labels: { version: '1' }, value: 1 }] },
  { name: 'mode', type: 'stateset', rows: [{ labels, states: { up: true, down: false } }] },
];

/** Valid documents to mutate, by format. */
export const CORPUS = {
  text: [
    '# HELP a Some\\nhelp.\n# TYPE a counter\na{b="c",d="e\\"f"} 1 2\na{b="x",} 3\n\n{"u.v",w="x"} NaN\n',
    '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 2\ns_count 3\n',
    '# comment\n\ta {  b = "c" , } +Inf 5 \n# TYPE g gauge\ng 1.5e-3\n',
  ],
  openMetrics1: [
    '# TYPE a counter\n# HELP a Help\\n.\na_total{b="c"} 1 2 # {t="u"} 0.5 3\na_created{b="c"} 1 2\na_total{b="d"} 1\n# EOF\n',
    '# TYPE h_s histogram\n# UNIT h_s s\nh_s_bucket{le="1.0"} 1 # {a="b"} 0.5\nh_s_bucket{le="+Inf"} 2\nh_s_count 2\nh_s_sum 3\nh_s_created 5\n# EOF\n',
    '# TYPE a gaugehistogram\na_bucket{le="+Inf"} 2\na_gcount 2\na_gsum 3\n# TYPE i info\ni_info{v="1"} 1\n# TYPE t stateset\nt{t="a"} 0\nt{t="b"} 1\n# EOF\n',
    '# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 2\ns_count 3\n# TYPE "x.y" gauge\n{"x.y","l.m"="n"} NaN 1.5\nz 1\n# EOF\n',
  ],
  openMetrics2: [
    encodeOpenMetrics2([...FAMILIES, ...SETS]),
    ...[...FAMILIES, ...SETS].map((family) => encodeOpenMetrics2([family])),
  ],
  protobuf: [
    encodeProtobuf(FAMILIES),
    encodeProtobuf(FAMILIES, true),
    ...FAMILIES.map((family) => encodeProtobuf([family])),
  ],
};
