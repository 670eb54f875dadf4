import { describe, expect, test } from 'vitest';
import { allPlain } from '../../test/plain.ts';
import { ParseError } from '../parse-error.ts';
import { parseOpenMetrics } from './parse-open-metrics.ts';

function read(lines: string): unknown {
  return allPlain(parseOpenMetrics(`${lines}# EOF\n`, { version: '2.0.0' }));
}

function refusal(lines: string): string {
  try {
    read(lines);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.message;
  }
}

const H = '# TYPE h histogram\n';
const NATIVE = 'count:17,sum:1,schema:3,zero_threshold:1e-4,zero_count:2';

describe('parseOpenMetrics, version 2.0.0', () => {
  describe('a document', () => {
    test('has names without suffixes, start times in the line and units independent of names', () => {
      const lines = `# TYPE foo_total counter
# UNIT foo_total seconds
foo_total 17.0 1520879607.789 st@1520430000.123 # {trace_id="x"} 0.67 1520879606.1 # {} 0.1 5
# TYPE plain counter
plain 1 st@2
foo_count 3
# TYPE app_info info
app_info{v="1"} 1
`;

      expect(read(lines)).toEqual([
        {
          name: 'foo_total',
          type: 'counter',
          unit: 'seconds',
          rows: [
            {
              labels: {},
              value: 17,
              timestampMs: 1_520_879_607_789,
              startMs: 1_520_430_000_123,
              exemplars: [
                { labels: [{ name: 'trace_id', value: 'x' }], value: 0.67, timestampMs: 1_520_879_606_100 },
                { labels: [], value: 0.1, timestampMs: 5000 },
              ],
            },
          ],
        },
        { name: 'plain', type: 'counter', rows: [{ labels: {}, value: 1, startMs: 2000 }] },
        { name: 'foo_count', type: 'unknown', rows: [{ labels: {}, value: 3 }] },
        { name: 'app_info', type: 'info', rows: [{ labels: { v: '1' }, value: 1 }] },
      ]);
    });

    test('has histograms and summaries as composite values', () => {
      const lines = `${H}h{a="1"} {count:3,sum:NaN,bucket:[-Inf:0,0.5:1,1e+06:2,+Inf:3]} st@1 # {} 0.2 1 # {} 7 2 # {} 1e7 3
h{a="2"} {${NATIVE},negative_spans:[2:1],negative_buckets:[3],positive_spans:[-1:2,3:1],positive_buckets:[4,0,8]} # {} 1 1
h{a="3"} {${NATIVE},bucket:[0.5:1,+Inf:17]}
# TYPE g gaugehistogram
g {gcount:-0.5,gsum:-2,schema:-4,zero_threshold:0,zero_count:0,positive_spans:[],positive_buckets:[]}
# TYPE s summary
s {count:17,sum:3.2,quantile:[0.5:1,0.99:NaN]}
# TYPE u unknown
u {count:1,sum:2,bucket:[+Inf:1]}
`;

      expect(read(lines)).toEqual([
        {
          name: 'h',
          type: 'histogram',
          rows: [
            {
              labels: { a: '1' },
              buckets: [
                { le: -Infinity, count: 0 },
                { le: 0.5, count: 1 },
                { le: 1e6, count: 2 },
                { le: Infinity, count: 3 },
              ],
              count: 3,
              sum: Number.NaN,
              startMs: 1000,
              exemplars: [
                { labels: [], value: 0.2, timestampMs: 1000, le: 0.5 },
                { labels: [], value: 7, timestampMs: 2000, le: 1e6 },
                { labels: [], value: 1e7, timestampMs: 3000, le: Infinity },
              ],
            },
            {
              labels: { a: '2' },
              buckets: [{ le: Infinity, count: 17 }],
              count: 17,
              sum: 1,
              native: {
                schema: 3,
                zeroThreshold: 1e-4,
                zeroCount: 2,
                positive: [
                  { index: -1, count: 4 },
                  { index: 4, count: 8 },
                ],
                negative: [{ index: 2, count: 3 }],
              },
              exemplars: [{ labels: [], value: 1, timestampMs: 1000 }],
            },
            {
              labels: { a: '3' },
              buckets: [
                { le: 0.5, count: 1 },
                { le: Infinity, count: 17 },
              ],
              count: 17,
              sum: 1,
              native: { schema: 3, zeroThreshold: 1e-4, zeroCount: 2, positive: [], negative: [] },
            },
          ],
        },
        {
          name: 'g',
          type: 'gaugehistogram',
          rows: [
            {
              labels: {},
              buckets: [{ le: Infinity, count: -0.5 }],
              count: -0.5,
              sum: -2,
              native: { schema: -4, zeroThreshold: 0, zeroCount: 0, positive: [], negative: [] },
            },
          ],
        },
        {
          name: 's',
          type: 'summary',
          rows: [
            {
              labels: {},
              quantiles: [
                { quantile: 0.5, value: 1 },
                { quantile: 0.99, value: Number.NaN },
              ],
              count: 17,
              sum: 3.2,
            },
          ],
        },
        { name: 'u', type: 'unknown', rows: [{ labels: {}, buckets: [{ le: Infinity, count: 1 }], count: 1, sum: 2 }] },
      ]);
    });

    test('has the samples of a state set grouped by state, whatever their timestamps', () => {
      const lines = '# TYPE m stateset\nm{m="a"} 1 1\nm{m="a"} 0 2\nm{m="b"} 0 1\nm{m="b"} 1 2\n';

      expect(read(lines)).toEqual([
        {
          name: 'm',
          type: 'stateset',
          rows: [
            { labels: {}, states: { a: true, b: false }, timestampMs: 1000 },
            { labels: {}, states: { a: false, b: true }, timestampMs: 2000 },
          ],
        },
      ]);
    });

    test('loses invalid exemplars and nothing else', () => {
      const lines =
        '# TYPE c counter\nc{a="1"} 1 # {a="b"} 1 # {} 2 5\nc{a="2"} 2 # {a=} 1 # {} 2 5\nc{a="3"} 3 # {a="b"} 1 2 x\n# TYPE g gauge\ng 1 # {} 1 1\n';

      expect(read(lines)).toEqual([
        {
          name: 'c',
          type: 'counter',
          rows: [
            { labels: { a: '1' }, value: 1, exemplars: [{ labels: [], value: 2, timestampMs: 5000 }] },
            { labels: { a: '2' }, value: 2 },
            {
              labels: { a: '3' },
              value: 3,
              exemplars: [{ labels: [{ name: 'a', value: 'b' }], value: 1, timestampMs: 2000 }],
            },
          ],
        },
        { name: 'g', type: 'gauge', rows: [{ labels: {}, value: 1 }] },
      ]);
    });
  });

  test.each([
    ['Line 2, column 1: expected a value in braces; got 1', `${H}h 1\n`],
    [
      'Line 2, column 1: expected values of one kind in family "h"; got another kind',
      `${H}h {count:1,sum:1,quantile:[]}\n`,
    ],
    [
      'Line 2, column 1: expected a value with "count:" and buckets; got a value in braces',
      `${H}h {gcount:1,gsum:1,bucket:[+Inf:1]}\n`,
    ],
    [
      'Line 2, column 1: expected values of one kind in family "g"; got another kind',
      '# TYPE g gauge\ng {count:1,sum:1,bucket:[+Inf:1]}\n',
    ],
    [
      'Line 2, column 1: expected values of one kind in family "u"; got another kind',
      'u{a="1"} 1\nu{a="2"} {count:1,sum:1,bucket:[+Inf:1]}\n',
    ],
    ['Line 2, column 4: expected "count:" or "gcount:"; got " "', `${H}h { count:1}\n`],
    ['Line 2, column 11: expected ",sum:"; got "}"', `${H}h {count:1}\n`],
    [
      'Line 2, column 10: expected a non-negative count; got "-1,sum:1,bucket:[+Inf:1]}"',
      `${H}h {count:-1,sum:1,bucket:[+Inf:1]}\n`,
    ],
    ['Line 2, column 17: expected ",schema:", ",quantile:" or ",bucket:"; got "}"', `${H}h {count:1,sum:1}\n`],
    ['Line 2, column 25: expected a bucket "+Inf" at the end; got "[1:1]}"', `${H}h {count:1,sum:1,bucket:[1:1]}\n`],
    ['Line 2, column 26: expected a number, "-Inf" or "+Inf"; got "Inf:1]}"', `${H}h {count:1,sum:1,bucket:[Inf:1]}\n`],
    [
      'Line 2, column 25: expected the bucket "+Inf" to equal the count 1; got 2',
      `${H}h {count:1,sum:1,bucket:[+Inf:2]}\n`,
    ],
    [
      'Line 2, column 30: expected bounds in rising order; got "1:1,+Inf:1]}"',
      `${H}h {count:1,sum:1,bucket:[2:1,1:1,+Inf:1]}\n`,
    ],
    [
      'Line 2, column 30: expected bucket counts that never decrease; got "3:1,+Inf:2]}"',
      `${H}h {count:2,sum:1,bucket:[2:2,3:1,+Inf:2]}\n`,
    ],
    [
      'Line 2, column 25: expected a schema from -4 to 8; got "-53,zero_threshold:0,zero_count:0}"',
      `${H}h {count:1,sum:1,schema:-53,zero_threshold:0,zero_count:0}\n`,
    ],
    [
      'Line 2, column 76: expected spans of 1 buckets in total, as many as counts; got spans of 4294967295',
      `${H}h {${NATIVE},positive_spans:[0:4294967295],positive_buckets:[1]}\n`,
    ],
    [
      'Line 2, column 76: expected a negative offset in the first span only; got -1',
      `${H}h {${NATIVE},positive_spans:[0:1,-1:1],positive_buckets:[1,1]}\n`,
    ],
    [
      'Line 2, column 76: expected bucket indexes of 32 bits; got 4000000001',
      `${H}h {${NATIVE},positive_spans:[4000000000:1],positive_buckets:[1]}\n`,
    ],
    ['Line 2, column 81: expected ",positive_buckets:"; got "}"', `${H}h {${NATIVE},positive_spans:[1:1]}\n`],
    [
      'Line 2, column 1: expected no label "le" beside buckets; got the label',
      `${H}h{le="1"} {count:1,sum:1,bucket:[+Inf:1]}\n`,
    ],
    [
      'Line 2, column 34: expected quantiles in rising order; got "0.1:1]}"',
      '# TYPE s summary\ns {count:1,sum:1,quantile:[0.5:1,0.1:1]}\n',
    ],
    ['Line 2, column 1: expected no start time on a gauge; got "st@"', '# TYPE g gauge\ng 1 st@1\n'],
    ['Line 1, column 1: expected the name of an info to end in "_info"; got "a"', '# TYPE a info\n'],
    ['Line 1, column 1: expected no unit of stateset "a"; got "s"', '# TYPE a stateset\n# UNIT a s\n'],
    ['Line 2, column 1: expected the name "a" in quotes, as before; got "a"', '# TYPE "a" gauge\na 1\n'],
    ['Line 2, column 1: expected the name "a" without quotes, as before; got "{\\"a\\"}"', '# TYPE a gauge\n{"a"} 1\n'],
    [
      'Line 4, column 1: expected all samples of a state in consecutive lines; got a sample of an earlier state',
      '# TYPE m stateset\nm{m="a"} 1 1\nm{m="b"} 1 1\nm{m="a"} 1 2\n',
    ],
    [
      'Line 3, column 1: expected every sample once; got the same sample again',
      '# TYPE m stateset\nm{m="a"} 1\nm{m="a"} 1\n',
    ],
  ])('refuses a document with the error: %s', (message, lines) => {
    expect(refusal(lines)).toBe(message);
  });

  test('accepts a label "le" on a histogram with only native buckets', () => {
    expect(refusal(`${H}h{le="1"} {${NATIVE}}\n`)).toBe('accepted');
  });
});
