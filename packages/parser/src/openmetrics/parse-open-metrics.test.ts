import { describe, expect, test } from 'vitest';
import { allPlain } from '../../test/plain.ts';
import { samplesOf } from '../../test/text-samples.ts';
import { ParseError } from '../parse-error.ts';
import { parseOpenMetrics } from './parse-open-metrics.ts';

function read(lines: string): unknown {
  return allPlain(parseOpenMetrics(`${lines}# EOF\n`));
}

// Descriptors of families, each with one name.
const H = '# TYPE h histogram\n';
const C = '# TYPE c counter\n';
const S = '# TYPE s summary\n';
const G = '# TYPE g gaugehistogram\n';

function refusal(text: string): string {
  try {
    parseOpenMetrics(text, { strict: true });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.message;
  }
}

describe('parseOpenMetrics', () => {
  describe('a document', () => {
    test('becomes families of every type, with the names of their samples', () => {
      const lines = String.raw`# TYPE served_bytes counter
# UNIT served_bytes bytes
# HELP served_bytes Two\nlines, \"quotes\", "more" and \x.
served_bytes_total{a="\x"} 1.5 1520879607.789 # {trace_id="KOO"} 0.67 1520879606.1
served_bytes_created{a="\x"} 1520430000.123 1520879607.789
# TYPE heat gauge
heat NaN -1.5
# TYPE h histogram
h_bucket{le="0.5"} 1 # {} 0.3
h_bucket{le="+Inf"} 2
h_count 2
h_sum 3
h_created 100
# TYPE q gaugehistogram
q_bucket{le="-1"} 1
q_bucket{le="+Inf"} 2
q_gsum -3
q_gcount 2
# TYPE s summary
s{quantile="0.5"} NaN
s_count 4
# TYPE app info
app_info{v="1"} 1
# TYPE mode stateset
mode{n="x",mode="up"} 1
mode{n="x",mode="down"} 0
# TYPE u unknown
u{} 1
bare 2
`;

      expect(read(lines)).toEqual([
        {
          name: 'served_bytes_total',
          type: 'counter',
          help: 'Two\nlines, "quotes", "more" and \\x.',
          unit: 'bytes',
          rows: [
            {
              labels: { a: '\\x' },
              value: 1.5,
              timestampMs: 1_520_879_607_789,
              startMs: 1_520_430_000_123,
              exemplars: [
                { labels: [{ name: 'trace_id', value: 'KOO' }], value: 0.67, timestampMs: 1_520_879_606_100 },
              ],
            },
          ],
        },
        { name: 'heat', type: 'gauge', rows: [{ labels: {}, value: Number.NaN, timestampMs: -1500 }] },
        {
          name: 'h',
          type: 'histogram',
          rows: [
            {
              labels: {},
              buckets: [
                { le: 0.5, count: 1 },
                { le: Infinity, count: 2 },
              ],
              count: 2,
              sum: 3,
              startMs: 100_000,
              exemplars: [{ labels: [], value: 0.3, le: 0.5 }],
            },
          ],
        },
        {
          name: 'q',
          type: 'gaugehistogram',
          rows: [
            {
              labels: {},
              buckets: [
                { le: -1, count: 1 },
                { le: Infinity, count: 2 },
              ],
              count: 2,
              sum: -3,
            },
          ],
        },
        {
          name: 's',
          type: 'summary',
          rows: [{ labels: {}, quantiles: [{ quantile: 0.5, value: Number.NaN }], count: 4 }],
        },
        { name: 'app_info', type: 'info', rows: [{ labels: { v: '1' }, value: 1 }] },
        { name: 'mode', type: 'stateset', rows: [{ labels: { n: 'x' }, states: { down: false, up: true } }] },
        { name: 'u', type: 'unknown', rows: [{ labels: {}, value: 1 }] },
        { name: 'bare', type: 'unknown', rows: [{ labels: {}, value: 2 }] },
      ]);
    });

    test('may have series with several timestamps, which become several rows', () => {
      expect(
        read(
          '# TYPE h histogram\nh_bucket{le="+Inf"} 1 1\nh_bucket{le="+Inf"} 2 2\n# TYPE a counter\na_total 1 5\na_total 2 5\n',
        ),
      ).toEqual([
        {
          name: 'h',
          type: 'histogram',
          rows: [
            { labels: {}, buckets: [{ le: Infinity, count: 1 }], count: 1, timestampMs: 1000 },
            { labels: {}, buckets: [{ le: Infinity, count: 2 }], count: 2, timestampMs: 2000 },
          ],
        },
        {
          name: 'a_total',
          type: 'counter',
          rows: [
            { labels: {}, value: 1, timestampMs: 5000 },
            { labels: {}, value: 2, timestampMs: 5000 },
          ],
        },
      ]);
    });

    test('may contain only metadata; empty metadata is ignored', () => {
      expect(read('# HELP a \n# UNIT a \n# TYPE b_s gauge\n# UNIT b_s s\n')).toEqual([
        { name: 'a', type: 'unknown', rows: [] },
        { name: 'b_s', type: 'gauge', unit: 's', rows: [] },
      ]);
      expect(parseOpenMetrics('# EOF')).toEqual([]);
    });

    test('may have names in quotes', () => {
      expect(read('# TYPE "my.counter" counter\n{"my.counter_total","l.m"="x"} 1 # {"n.o"="p"} 1\n{"q"} 2\n')).toEqual([
        {
          name: 'my.counter_total',
          type: 'counter',
          rows: [
            { labels: { 'l.m': 'x' }, value: 1, exemplars: [{ labels: [{ name: 'n.o', value: 'p' }], value: 1 }] },
          ],
        },
        { name: 'q', type: 'unknown', rows: [{ labels: {}, value: 2 }] },
      ]);
      expect(() => parseOpenMetrics('{"a.b"} 1\n# EOF\n', { utf8: false })).toThrow('expected a metric name');
    });
  });

  test.each<[message: string, text: string]>([
    // The document.
    ['Line 1, column 1: expected "# EOF" at the end; got the end of the document', ''],
    ['Line 2, column 1: expected "# EOF" at the end; got the end of the document', 'a 1\n'],
    ['Line 2, column 1: expected nothing after "# EOF"; got the end of the line', '# EOF\n\n'],
    ['Line 2, column 1: expected nothing after "# EOF"; got "a"', '# EOF\na 1\n'],
    ['Line 1, column 1: expected "# TYPE ", "# UNIT ", "# HELP " or "# EOF"; got "#"', '# EOFa\n'],
    ['Line 1, column 1: expected "# TYPE ", "# UNIT ", "# HELP " or "# EOF"; got "#"', '# FOO a x\n# EOF\n'],
    ['Line 1, column 1: expected a metric name, or "#"; got the end of the line', '\n# EOF\n'],
    ['Line 1, column 1: expected a metric name, or "#"; got " "', ' a 1\n# EOF\n'],
    // Descriptors.
    ['Line 1, column 9: expected a space after the name; got the end of the line', '# HELP a\n# EOF\n'],
    ['Line 1, column 8: expected a metric name; got the end of the line', '# HELP \n# EOF\n'],
    ['Line 1, column 8: expected a metric name; got " "', '# HELP  a x\n# EOF\n'],
    [
      'Line 1, column 10: expected one of the types counter, gauge, histogram, gaugehistogram, summary, info, stateset, unknown; got "gauge "',
      '# TYPE a gauge \n# EOF\n',
    ],
    ['Line 2, column 1: expected one TYPE for "a"; got another', '# TYPE a gauge\n# TYPE a gauge\n# EOF\n'],
    ['Line 2, column 1: expected one HELP for "a"; got another', '# HELP a \n# HELP a \n# EOF\n'],
    ['Line 2, column 1: expected one UNIT for "a_s"; got another', '# UNIT a_s s\n# UNIT a_s s\n# EOF\n'],
    ['Line 1, column 12: expected a unit; got "s "', '# UNIT a_s s \n# EOF\n'],
    ['Line 1, column 1: expected the name of "a" to end in its unit; got "s"', '# UNIT a s\n# EOF\n'],
    ['Line 1, column 1: expected no unit of info "a_s"; got "s"', '# TYPE a_s info\n# UNIT a_s s\n# EOF\n'],
    ['Line 2, column 1: expected descriptors of "a" before its samples; got "#"', 'a 1\n# HELP a x\n# EOF\n'],
    // Families.
    ['Line 3, column 1: expected a name that no earlier family uses; got "a" again', 'a 1\nb 1\na{c="d"} 1\n# EOF\n'],
    [
      'Line 2, column 1: expected names of families and samples that do not clash; got "c_created" again',
      '# TYPE c_created gauge\n# TYPE c counter\n# EOF\n',
    ],
    ['Line 2, column 1: expected a sample "c_total" or "c_created" of counter "c"; got "c"', `${C}c 1\n# EOF\n`],
    ['Line 2, column 1: expected every sample once; got the same sample again', 'a 1\na 2\n# EOF\n'],
    [
      'Line 3, column 1: expected all samples of a series in consecutive lines; got a sample of an earlier series',
      'a 1\na{b="c"} 1\na 1\n# EOF\n',
    ],
    [
      'Line 2, column 1: expected a timestamp on all samples of a series or on none; got a timestamp on only some',
      'a 1 1\na 1\n# EOF\n',
    ],
    [
      'Line 2, column 1: expected timestamps of a series that never decrease; got an earlier timestamp',
      'a 1 2\na 1 1\n# EOF\n',
    ],
    // Lines.
    ['Line 1, column 3: expected a number; got " "', 'a  1\n# EOF\n'],
    ['Line 1, column 4: expected a space before the value; got "1"', 'a{}1\n# EOF\n'],
    ['Line 1, column 5: expected a time in seconds; got the end of the line', 'a 1 \n# EOF\n'],
    ['Line 1, column 5: expected a time in seconds; got "NaN"', 'a 1 NaN\n# EOF\n'],
    ['Line 1, column 5: expected a time in seconds that a double can hold; got "1e999"', 'a 1 1e999\n# EOF\n'],
    ['Line 1, column 7: expected an exemplar or the end of the line; got "3"', 'a 1 2 3\n# EOF\n'],
    ['Line 1, column 5: expected a time in seconds; got "st@1"', 'a 1 st@1\n# EOF\n'],
    [
      'Line 1, column 3: expected a number; got "{count:1,sum:1,bucket:[+Inf:1]}"',
      'a {count:1,sum:1,bucket:[+Inf:1]}\n# EOF\n',
    ],
    ['Line 1, column 9: expected a label name; got "}"', 'a{b="c",} 1\n# EOF\n'],
    ['Line 1, column 9: expected a label name; got " "', 'a{b="c", d="e"} 1\n# EOF\n'],
    ['Line 1, column 2: expected the name of the metric in double quotes; got "a=\\"b\\"}"', '{a="b"} 1\n# EOF\n'],
    // Values.
    ['Line 2, column 1: expected a count, neither negative nor NaN; got -1', `${C}c_total -1\n# EOF\n`],
    [
      'Line 2, column 1: expected a sample "c_total" of every series; got only its "_created"',
      `${C}c_created 1\n# EOF\n`,
    ],
    ['Line 2, column 1: expected a time in seconds; got NaN', `${C}c_created NaN\n# EOF\n`],
    ['Line 2, column 1: expected 1, the value of every info; got 2', '# TYPE i info\ni_info 2\n# EOF\n'],
    ['Line 2, column 1: expected 0 or 1; got 2', '# TYPE t stateset\nt{t="a"} 2\n# EOF\n'],
    ['Line 2, column 1: expected a label "t"; got none', '# TYPE t stateset\nt 1\n# EOF\n'],
    ['Line 2, column 1: expected a label "quantile"; got none', `${S}s 1\n# EOF\n`],
    [
      'Line 2, column 1: expected a number from 0 to 1 as label "quantile"; got "1.1"',
      `${S}s{quantile="1.1"} 1\n# EOF\n`,
    ],
    ['Line 2, column 1: expected a non-negative value of a quantile; got -1', `${S}s{quantile="1"} -1\n# EOF\n`],
    ['Line 2, column 1: expected a sum, neither negative nor NaN; got NaN', `${S}s_sum NaN\n# EOF\n`],
    ['Line 2, column 1: expected a non-negative integer; got 0.5', `${S}s_count 0.5\n# EOF\n`],
    ['Line 3, column 1: expected every sample once; got the same sample again', `${S}s_sum 1\ns_sum 1\n# EOF\n`],
    [
      'Line 3, column 1: expected every sample once; got the same sample again',
      `${S}s{quantile="0.5"} 1\ns{quantile="0.50"} 1\n# EOF\n`,
    ],
    ['Line 2, column 1: expected no label "quantile"; got "1"', `${S}s_sum{quantile="1"} 1\n# EOF\n`],
    // Histograms.
    ['Line 2, column 1: expected a bucket "+Inf" in every histogram; got none', `${H}h_bucket{le="1"} 0\n# EOF\n`],
    ['Line 2, column 1: expected a number or "+Inf" as label "le"; got "+INF"', `${H}h_bucket{le="+INF"} 0\n# EOF\n`],
    ['Line 2, column 1: expected a number or "+Inf" as label "le"; got "NaN"', `${H}h_bucket{le="NaN"} 0\n# EOF\n`],
    [
      'Line 3, column 1: expected buckets in rising order of "le"; got 1 after 2',
      `${H}h_bucket{le="2"} 0\nh_bucket{le="1"} 0\n# EOF\n`,
    ],
    [
      'Line 3, column 1: expected buckets in rising order of "le"; got 1 after 1',
      `${H}h_bucket{le="1"} 0\nh_bucket{le="1.0"} 0\n# EOF\n`,
    ],
    [
      'Line 3, column 1: expected bucket counts that never decrease; got 1 after 2',
      `${H}h_bucket{le="1"} 2\nh_bucket{le="2"} 1\n# EOF\n`,
    ],
    [
      'Line 2, column 1: expected "_count" to equal the bucket "+Inf"; got 1 and 0',
      `${H}h_bucket{le="+Inf"} 0\nh_sum 1\nh_count 1\n# EOF\n`,
    ],
    [
      'Line 2, column 1: expected both "_sum" and "_count"; got only "_count"',
      `${H}h_bucket{le="+Inf"} 0\nh_count 0\n# EOF\n`,
    ],
    [
      'Line 2, column 1: expected no "_sum" beside a negative bucket bound; got a "_sum"',
      `${H}h_bucket{le="-1"} 0\nh_bucket{le="+Inf"} 0\nh_sum 0\nh_count 0\n# EOF\n`,
    ],
    [
      'Line 2, column 1: expected a negative "_gsum" only beside a negative bucket bound; got -1',
      `${G}g_bucket{le="+Inf"} 0\ng_gsum -1\ng_gcount 0\n# EOF\n`,
    ],
    [
      'Line 3, column 1: expected a name that no earlier family uses; got "g_sum" again',
      `# TYPE g_sum gauge\n${G}g_sum 1\n# EOF\n`,
    ],
    // Exemplars.
    [
      'Line 1, column 5: expected exemplars only on counters and on buckets that contain their value; got another exemplar',
      'a 1 # {} 1\n# EOF\n',
    ],
    [
      'Line 2, column 20: expected exemplars only on counters and on buckets that contain their value; got another exemplar',
      `${H}h_bucket{le="1"} 1 # {} 2\n# EOF\n`,
    ],
    [
      'Line 2, column 13: expected an exemplar of at most 128 characters; got 129 characters',
      `${C}c_total 1.5 # {a="${'𝄞'.repeat(128)}"} 1\n# EOF\n`,
    ],
    ['Line 2, column 12: expected a space after "#"; got "{}"', `${C}c_total 1 #{} 1\n# EOF\n`],
    ['Line 2, column 13: expected the labels of an exemplar in braces; got "1"', `${C}c_total 1 # 1\n# EOF\n`],
    ['Line 2, column 15: expected a space before the value of the exemplar; got "1"', `${C}c_total 1 # {}1\n# EOF\n`],
    ['Line 2, column 18: expected a time in seconds; got "NaN"', `${C}c_total 1 # {} 1 NaN\n# EOF\n`],
    ['Line 2, column 17: expected the end of the line; got " "', `${C}c_total 1 # {} 1 # {} 1\n# EOF\n`],
  ])('refuses a document with the error: %s', (message, text) => {
    expect(refusal(text)).toBe(message);
  });

  test('counts the length of an exemplar in characters, not in bytes', () => {
    expect(refusal(`${C}c_total 1 # {a="${'𝄞'.repeat(127)}"} 1\n# EOF\n`)).toBe('accepted');
  });

  test('accepts timestamps of an info in any order, because each row is a separate series', () => {
    expect(refusal('# TYPE i info\ni_info{a="1"} 1 1\ni_info{a="2"} 1 0\n# EOF\n')).toBe('accepted');
  });

  test('treats an empty label as an absent label when it compares series', () => {
    expect(refusal('a{b=""} 1\na 1\n# EOF\n')).toBe(
      'Line 2, column 1: expected every sample once; got the same sample again',
    );
  });
});

describe('a repeated sample', () => {
  const BUCKETS = 'h_bucket{le="1.0"} 1\nh_bucket{le="+Inf"} 2\n';
  const HISTOGRAM = `${BUCKETS}h_sum 3\nh_count 2\n`;
  const samplesOfText = (text: string) =>
    samplesOf(parseOpenMetrics(text)).map(({ series, value }) => `${series} ${value}`);

  test.each([
    ['gauge', 'a 1\n', 'a 2\n', 'b 1\n'],
    ['gauge with an empty label', 'a{b=""} 1\n', 'a 2\n', 'b 1\n'],
    ['counter', `${C}c_total 1 # {a="b"} 1\nc_created 5\n`, 'c_total 2 # {a="c"} 2\nc_created 6\n', 'b 1\n'],
    ['info', '# TYPE i info\ni_info{a="b"} 1\n', 'i_info{a="b"} 1\n', 'i_info{a="c"} 1\n'],
    ['state', '# TYPE t stateset\nt{t="a"} 1\n', 't{t="a"} 0\n', 't{t="b"} 0\n'],
    ['quantile', `${S}s{quantile="0.5"} 1\n`, 's{quantile="0.50"} 2\n', 's_sum 1\ns_count 1\n'],
    ['sum of a summary', `${S}s_sum 1\n`, 's_sum 2\n', 's_count 1\n'],
    ['bucket', `${H}h_bucket{le="1.0"} 1\n`, 'h_bucket{le="1.0"} 5\n', 'h_bucket{le="+Inf"} 2\n'],
    ['bucket "+Inf"', H + BUCKETS, 'h_bucket{le="+Inf"} 3\n', 'h_sum 3\nh_count 2\n'],
    ['histogram', H + HISTOGRAM, HISTOGRAM, 'h_created 5\n'],
    ['histogram with timestamps', H + HISTOGRAM.replaceAll('\n', ' 7\n'), HISTOGRAM.replaceAll('\n', ' 7\n'), 'b 1\n'],
    ['bucket, before another series', H + HISTOGRAM, 'h_bucket{le="1.0"} 1\n', 'h_bucket{a="1",le="+Inf"} 2\n'],
  ])('counts only once, with its first value: %s', (_, first, repeated, rest) => {
    expect(samplesOfText(`${first}${repeated}${rest}# EOF\n`)).toEqual(samplesOfText(`${first}${rest}# EOF\n`));
    expect(refusal(`${first}${rest}# EOF\n`)).toBe('accepted');
    expect(refusal(`${first}${repeated}${rest}# EOF\n`)).toContain(
      'expected every sample once; got the same sample again',
    );
  });

  test('has the exemplar and the start time of the first', () => {
    const [family] = parseOpenMetrics(
      `${C}c_total 1 # {a="b"} 1\nc_total 2 # {a="c"} 2\nc_created 5\nc_created 6\n# EOF\n`,
    );

    expect(allPlain([family!])).toEqual(read(`${C}c_total 1 # {a="b"} 1\nc_created 5\n`));
  });

  test('is a bucket out of order if its bound is written in another way', () => {
    expect(() => parseOpenMetrics(`${H}h_bucket{le="1.0"} 1\nh_bucket{le="1"} 1\n# EOF\n`)).toThrow(
      'Line 3, column 1: expected buckets in rising order',
    );
  });

  test('is refused after another series', () => {
    expect(() => parseOpenMetrics('a 1\na{b="c"} 1\na 1\n# EOF\n')).toThrow('in consecutive lines');
  });

  test('of a later family does not follow the lines of an earlier family', () => {
    const lines = (name: string) => `# TYPE ${name} gauge\n${name}{a="1"} 1\n${name}{a="2"} 2\n`;
    const text = `${lines('a')}${lines('b').replace('b{a="2"}', 'b{a="1"} 9\nb{a="2"}')}${lines('d')}# EOF\n`;

    expect(samplesOfText(text)).toEqual(samplesOfText(`${lines('a')}${lines('b')}${lines('d')}# EOF\n`));
  });
});
