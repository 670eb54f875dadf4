import { samples } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { allPlain } from '../../test/plain.ts';
import { ParseError } from '../parse-error.ts';
import { type ParseTextOptions, parseText } from './parse-text.ts';

function read(text: string): unknown {
  return allPlain(parseText(text));
}

function strictRefusal(text: string): string {
  return refusal(text, { strict: true });
}

function refusal(text: string, options?: ParseTextOptions): string {
  try {
    parseText(text, options);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.message;
  }
}

describe('parseText', () => {
  describe('a document', () => {
    test('becomes families with their series', () => {
      const text = String.raw`# HELP reqs_total Requests\nand \\ "more".
# TYPE reqs_total counter
reqs_total{method="GET",path="C:\\x \"y\"\nz"} 3
reqs_total{method="PUT"} 1.5e3 1395066363000

# Anything may stand here.
free_bytes +Inf
# TYPE heat gauge
heat -0.5 3982045
`;

      expect(read(text)).toEqual([
        {
          name: 'reqs_total',
          type: 'counter',
          help: 'Requests\nand \\ "more".',
          rows: [
            { labels: { method: 'GET', path: 'C:\\x "y"\nz' }, value: 3 },
            { labels: { method: 'PUT' }, value: 1500, timestampMs: 1_395_066_363_000 },
          ],
        },
        { name: 'free_bytes', type: 'unknown', rows: [{ labels: {}, value: Infinity }] },
        { name: 'heat', type: 'gauge', rows: [{ labels: {}, value: -0.5, timestampMs: 3_982_045 }] },
      ]);
    });

    test('becomes columns that store every name and value once', () => {
      const [family] = parseText('a{x="1",y="2"} 1\na{y="2",x="3"} 2\na{z="4"} 3\n');

      expect(family).toMatchObject({
        constLabels: [],
        labelNames: ['x', 'y', 'z'],
        dictionaries: [['1', '3'], ['2'], ['4']],
        size: 3,
        labelIds: Int32Array.of(0, 0, -1, 1, 0, -1, -1, -1, 0),
        values: Float64Array.of(1, 2, 3),
        layout: { kind: 'scalar', width: 1 },
      });
    });

    test('may have the lines of histograms and summaries in any order', () => {
      const text = `# TYPE h histogram
h_bucket{a="1",le="1"} 2
h_sum{a="2"} -4
h_bucket{a="2",le="0.5"} 1
h_bucket{a="1",le="+Inf"} 3
h_count{a="1"} 3
h_bucket{le="+Inf",a="2"} 2.5
# TYPE s summary
s_count 2
s{quantile="0.9"} NaN
s{quantile="0.5"} 7
`;

      expect(read(text)).toEqual([
        {
          name: 'h',
          type: 'histogram',
          rows: [
            {
              labels: { a: '1' },
              buckets: [
                { le: 1, count: 2 },
                { le: Infinity, count: 3 },
              ],
              count: 3,
            },
            {
              labels: { a: '2' },
              buckets: [
                { le: 0.5, count: 1 },
                { le: Infinity, count: 2.5 },
              ],
              count: 2.5,
              sum: -4,
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
                { quantile: 0.5, value: 7 },
                { quantile: 0.9, value: Number.NaN },
              ],
              count: 2,
            },
          ],
        },
      ]);
    });

    test('becomes one family per name, with scattered lines joined and repeated series kept', () => {
      expect(read('a 1\nb 2\na{c="d"} 3\na 4\n')).toEqual([
        {
          name: 'a',
          type: 'unknown',
          rows: [
            { labels: {}, value: 1 },
            { labels: { c: 'd' }, value: 3 },
            { labels: {}, value: 4 },
          ],
        },
        { name: 'b', type: 'unknown', rows: [{ labels: {}, value: 2 }] },
      ]);
    });

    test('may contain only the metadata of a family', () => {
      expect(read('# HELP a\n# HELP b Help.\n# TYPE c gauge\n# HELP d \n')).toEqual([
        { name: 'b', type: 'unknown', help: 'Help.', rows: [] },
        { name: 'c', type: 'gauge', rows: [] },
      ]);
    });

    test('may be empty or contain only blank lines and comments', () => {
      expect(['', '\n\n \t\n', '# \n#\n#x\n#TYPE a b\n# TYPES a b\n', '  '].map(read)).toEqual([[], [], [], []]);
    });
  });

  describe('names in quotes', () => {
    test('may contain any character; metric names may stand anywhere between the braces', () => {
      const text = String.raw`# TYPE "a.b" counter
{"a.b","l.m"="x"} 1
{ l = "y" , "a.b" } 2
{"\"\n\\"} 3
c{"d"="e"} 4
`;

      expect(read(text)).toEqual([
        {
          name: 'a.b',
          type: 'counter',
          rows: [
            { labels: { 'l.m': 'x' }, value: 1 },
            { labels: { l: 'y' }, value: 2 },
          ],
        },
        { name: '"\n\\', type: 'unknown', rows: [{ labels: {}, value: 3 }] },
        { name: 'c', type: 'unknown', rows: [{ labels: { d: 'e' }, value: 4 }] },
      ]);
    });

    test('may have the suffixes of histogram samples', () => {
      expect(read('# TYPE "h.s" histogram\n{"h.s_bucket",le="+Inf"} 1\n{"h.s_sum"} 2\n{"h.s_count"} 1\n')).toEqual([
        {
          name: 'h.s',
          type: 'histogram',
          rows: [{ labels: {}, buckets: [{ le: Infinity, count: 1 }], count: 1, sum: 2 }],
        },
      ]);
    });

    test('are refused with utf8: false unless they are classic', () => {
      const texts = ['{"a.b"} 1\n', 'a{"b.c"="d"} 1\n', '# TYPE "a.b" gauge\n', '{"a","b"="c"} 1\n'];

      expect(texts.map((text) => refusal(text, { utf8: false }))).toEqual([
        'Line 1, column 2: expected a metric name; got "\\"a.b\\"}"',
        'Line 1, column 3: expected a label name; got "\\"b.c\\"=\\"d\\"}"',
        'Line 1, column 8: expected a metric name; got "\\"a.b\\""',
        'accepted',
      ]);
    });
  });

  test('accepts blanks between all tokens', () => {
    const lines = [' a{b="c"}1', '\ta\t{ b\t= "c" }\t1 \t', 'a {b="c",}  1', 'a{ b="c" ,\t } 1'];

    expect(lines.map((line) => read(`${line}\n`))).toEqual(
      lines.map(() => [{ name: 'a', type: 'unknown', rows: [{ labels: { b: 'c' }, value: 1 }] }]),
    );
    expect(read('#\tTYPE \t a\tcounter\n#  HELP a  b \na{} 1\n')).toEqual([
      { name: 'a', type: 'counter', help: ' b ', rows: [{ labels: {}, value: 1 }] },
    ]);
  });

  test('keeps samples without a place in their histogram or summary in families of type unknown', () => {
    const text = `# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="1.0"} 2
h_bucket{le="x"} 3
h_bucket{le="NaN"} 4
h_bucket{le="1e999"} 5
h_bucket 6
h_bucket{le="2"} NaN
h_bucket{le="3"} 1 1000
h_count 7
h_count 8
h_count{le="1"} 9
h_sum 1
h_sum 2
h 10
# TYPE s summary
s_count -1
s 11
s{quantile="0.5"} 12
s{quantile="0.5"} 13
s_bucket{le="1"} 14
`;
    const unknown = (
      name: string,
      ...rows: [labels: Record<string, string>, value: number, timestampMs?: number][]
    ) => ({
      name,
      type: 'unknown',
      rows: rows.map(([labels, value, timestampMs]) => ({ labels, value, ...(timestampMs && { timestampMs }) })),
    });

    expect(read(text)).toEqual([
      { name: 'h', type: 'histogram', rows: [{ labels: {}, buckets: [{ le: 1, count: 1 }], count: 7, sum: 1 }] },
      { name: 's', type: 'summary', rows: [{ labels: {}, quantiles: [{ quantile: 0.5, value: 12 }] }] },
      unknown('s_bucket', [{ le: '1' }, 14]),
      unknown(
        'h_bucket',
        [{ le: '1.0' }, 2],
        [{ le: 'x' }, 3],
        [{ le: 'NaN' }, 4],
        [{ le: '1e999' }, 5],
        [{}, 6],
        [{ le: '2' }, Number.NaN],
        [{ le: '3' }, 1, 1000],
      ),
      unknown('h_count', [{}, 8], [{ le: '1' }, 9]),
      unknown('h_sum', [{}, 2]),
      unknown('h', [{}, 10]),
      unknown('s_count', [{}, -1]),
      unknown('s', [{}, 11], [{ quantile: '0.5' }, 13]),
    ]);
  });

  test('takes the last HELP and the last TYPE that fits the samples before it', () => {
    const text = '# HELP a one\n# TYPE a gauge\na 1\n# HELP a two\n# TYPE a counter\n# TYPE a histogram\n';

    expect(read(text)).toEqual([{ name: 'a', type: 'counter', help: 'two', rows: [{ labels: {}, value: 1 }] }]);
  });

  test('ends at the character NUL outside quotes and descriptors, as Prometheus’ server does', () => {
    expect(['a 1\n \0x\nb 1\n', 'a 1\n#\0\nb{\n', 'a 1\n# \0\nb 1\n'].map((text) => parseText(text).length)).toEqual([
      1, 1, 2,
    ]);
    expect(refusal('{"a\0"} 1\n')).toContain('a metric name');
    expect(read('a{b="\0"} 1\n')).toEqual([{ name: 'a', type: 'unknown', rows: [{ labels: { b: '\0' }, value: 1 }] }]);
  });

  test('ignores descriptors of names that no metric can have', () => {
    expect(read('# HELP "" x\n# TYPE "\ud800" gauge\na 1\n')).toEqual([
      { name: 'a', type: 'unknown', rows: [{ labels: {}, value: 1 }] },
    ]);
  });

  describe('strict', () => {
    test.each([
      ['Line 1, column 4: expected a line feed at the end; got the end of the document', 'a 1'],
      ['Line 1, column 5: expected a line feed at the end; got the end of the document', '# ab'],
      ['Line 1, column 5: expected a timestamp in milliseconds, digits only; got the end of the line', 'a 1 \n'],
      ['Line 1, column 6: expected nothing after the timestamp; got a blank', 'a 1 5 \n'],
      ['Line 1, column 7: expected a closing quote; got the end of the line', 'a{b="c\nd"} 1\n'],
      ['Line 1, column 6: expected one of the escapes \\\\, \\" and \\n; got "\\\\t\\"}"', 'a{b="\\t"} 1\n'],
      ['Line 1, column 10: expected one of the escapes \\\\, \\" and \\n; got "x\\\\\\\\\\\\t"', '# HELP a x\\\\\\t\n'],
      ['Line 1, column 8: expected "," or "}"; got "d=\\"e\\"}"', 'a{b="c"d="e"} 1\n'],
      ['Line 2, column 3: expected one HELP for "a"; got another', '# HELP a b\n# HELP a c\n'],
      ['Line 2, column 2: expected one HELP for "a"; got another', '# HELP a b\n#HELP a c\n'],
      ['Line 3, column 3: expected one HELP for "a"; got another', '# TYPE a summary\n# HELP a b\n# HELP a_sum c\n'],
      [
        'Line 2, column 3: expected one TYPE for "a", before its samples; got another',
        '# TYPE a gauge\n# TYPE a gauge\n',
      ],
      ['Line 2, column 3: expected one TYPE for "a", before its samples; got another', 'a 1\n# TYPE a gauge\n'],
      [
        'Line 2, column 3: expected one TYPE for "a", before its samples; got another',
        '# TYPE a histogram\n# TYPE a_bucket gauge\n',
      ],
      ['Line 1, column 8: expected a metric name; got "a-b"', '# HELP a-b gauge\n'],
      ['Line 2, column 1: expected a number as label "le"; got "x"', '# TYPE a histogram\na_bucket{le="x"} 1\n'],
      ['Line 2, column 1: expected a number as label "le"; got "1e999"', '# TYPE a histogram\na_sum{le="1e999"} 1\n'],
      ['Line 2, column 1: expected a number as label "quantile"; got "1_0"', '# TYPE a summary\na{quantile="1_0"} 1\n'],
      ['Line 2, column 1: expected a non-negative count of a histogram; got -1', '# TYPE a histogram\na_count -1\n'],
      [
        'Line 2, column 1: expected a non-negative bucket of a histogram; got -1',
        '# TYPE a histogram\na_bucket{le="1"} -1\n',
      ],
      ['Line 1, column 2: expected a line of text; got the character NUL', ' \0\n'],
    ])('refuses, and only strict: %s', (message, text) => {
      expect(strictRefusal(text)).toBe(message);
      expect(refusal(text)).toBe('accepted');
    });

    test('takes lines that Prometheus’ Go library takes', () => {
      const text = '#TYPE a GaugeHistogram\n# HELP a_count b\n# HELP c \\\\ \\" \\n\n  a_bucket{le="+Inf",} NaN 5\n';

      expect(strictRefusal(text)).toBe('accepted');
    });
  });

  test('assigns a sample to the family of its exact name rather than to a histogram by suffix', () => {
    const text = '# TYPE h_count gauge\n# TYPE h histogram\nh_count 5\nh_sum 6\n';

    expect(read(text)).toEqual([
      { name: 'h_count', type: 'gauge', rows: [{ labels: {}, value: 5 }] },
      { name: 'h', type: 'histogram', rows: [{ labels: {}, buckets: [], count: 0, sum: 6 }] },
    ]);
  });

  test.each([
    ['0', 0],
    ['-0', -0],
    ['+1', 1],
    ['.5', 0.5],
    ['5.', 5],
    ['0.1', 0.1],
    ['1.7976931348623157e308', Number.MAX_VALUE],
    ['4.9e-324', 5e-324],
    ['9007199254740993', 9_007_199_254_740_992],
    ['123456789012345678', 123_456_789_012_345_680],
    ['0.30000000000000004', 0.1 + 0.2],
    ['00000000000000000000000001.50', 1.5],
    ['1E5', 1e5],
    ['1e+05', 1e5],
    ['inf', Infinity],
    ['-INF', -Infinity],
    ['+Infinity', Infinity],
    ['nan', Number.NaN],
  ])('reads the number %s as the nearest double', (text, value) => {
    expect(parseText(`a ${text}\n`)[0]?.values[0]).toBe(value);
  });

  test.each([
    ['Line 1, column 3: expected a number that a double can hold; got "1e400"', 'a 1e400\n'],
    ['Line 2, column 1: expected a metric name; got "@b"', 'a 1\n@b 2\n'],
    ['Line 1, column 1: expected a metric name; got "\ufeffa"', '\ufeffa 1\n'],
    ['Line 1, column 3: expected a number; got the end of the line', 'a \n'],
    ['Line 1, column 3: expected a number; got "1\\r"', 'a 1\r\n'],
    ['Line 1, column 3: expected a number; got "0x1p-3"', 'a 0x1p-3\n'],
    ['Line 1, column 3: expected a number; got "1_2"', 'a 1_2\n'],
    ['Line 1, column 3: expected a number; got "0b1"', 'a 0b1\n'],
    ['Line 1, column 3: expected a number; got "+NaN"', 'a +NaN\n'],
    ['Line 1, column 3: expected a number; got "1e"', 'a 1e\n'],
    ['Line 1, column 3: expected a number; got "."', 'a .\n'],
    ['Line 1, column 5: expected a timestamp in milliseconds, digits only; got "2.5"', 'a 1 2.5\n'],
    [
      'Line 1, column 5: expected a timestamp in milliseconds, digits only; got "99999999999999999999"',
      'a 1 99999999999999999999\n',
    ],
    ['Line 1, column 7: expected nothing after the timestamp; got "3"', 'a 1 2 3\n'],
    ['Line 1, column 5: expected "=" after the label name; got "}"', 'a{b } 1\n'],
    ['Line 1, column 5: expected a label value in double quotes; got "\'c\'}"', "a{b='c'} 1\n"],
    ['Line 1, column 5: expected a timestamp in milliseconds, digits only; got "-5"', 'a 1 -5\n'],
    ['Line 1, column 5: expected a timestamp in milliseconds, digits only; got "+5"', 'a 1 +5\n'],
    [
      'Line 1, column 5: expected a timestamp in milliseconds, digits only; got "9223372036854775808"',
      'a 1 9223372036854775808\n',
    ],
    ['Line 2, column 4: expected a number; got "x"', 'a{b="c\n"} x\n'],
    ['Line 3, column 1: expected a metric name; got "@b"', 'a{b="c\n"} 1\n@b 1\n'],
    ['Line 1, column 3: expected a label name; got ",}"', 'a{,} 1\n'],
    ['Line 1, column 9: expected a label name; got ",}"', 'a{b="c",,} 1\n'],
    ['Line 1, column 9: expected a label name; got ",d=\\"e\\"}"', 'a{b="c",,d="e"} 1\n'],
    ['Line 1, column 3: expected a label name; got "1=\\"c\\"}"', 'a{1="c"} 1\n'],
    ['Line 1, column 3: expected a label name; got "\\"\\"=\\"c\\"}"', 'a{""="c"} 1\n'],
    ['Line 1, column 9: expected each label once; got "b=\\"d\\"}"', 'a{b="c",b="d"} 1\n'],
    ['Line 1, column 3: expected a label name that is not reserved; got "__name__=\\"c\\"}"', 'a{__name__="c"} 1\n'],
    ['Line 1, column 6: expected "=" after the label name; got "}"', 'a{"b"} 1\n'],
    ['Line 1, column 9: expected "=" after the label name; got "}"', '{"a","b"} 1\n'],
    ['Line 1, column 2: expected the name of the metric in double quotes; got "}"', '{} 1\n'],
    ['Line 1, column 7: expected the name of the metric in double quotes; got "}"', '{a="b"} 1\n'],
    ['Line 1, column 2: expected a metric name; got "\\"\\"}"', '{""} 1\n'],
    [
      'Line 1, column 10: expected counter, gauge, histogram, summary or untyped, one character after the name; got "info"',
      '# TYPE a info\n',
    ],
    [
      'Line 1, column 10: expected counter, gauge, histogram, summary or untyped, one character after the name; got "Gauge"',
      '# TYPE a Gauge\n',
    ],
    [
      'Line 1, column 10: expected counter, gauge, histogram, summary or untyped, one character after the name; got "gauge "',
      '# TYPE a gauge \n',
    ],
    [
      'Line 1, column 10: expected counter, gauge, histogram, summary or untyped, one character after the name; got " gauge"',
      '# TYPE a  gauge\n',
    ],
    [
      'Line 1, column 10: expected counter, gauge, histogram, summary or untyped, one character after the name; got "gaugehistogram"',
      '# TYPE a gaugehistogram\n',
    ],
    [
      'Line 1, column 9: expected counter, gauge, histogram, summary or untyped, one character after the name; got the end of the line',
      '# TYPE a\n',
    ],
    [
      'Line 1, column 10: expected counter, gauge, histogram, summary or untyped, one character after the name; got "b gauge"',
      '# TYPE a-b gauge\n',
    ],
    ['Line 1, column 8: expected a metric name; got the end of the line', '# HELP \n'],
    ['Line 1, column 9: expected a blank after the name; got "ä"', '# HELP aä b\n'],
    ['Line 2, column 6: expected well-formed Unicode; got a lone surrogate', 'a 1\na{b="\ud800"} 1\n'],
  ])('refuses a document with the error: %s', (message, text) => {
    expect(refusal(text)).toBe(message);
  });

  test('throws an error with position, expected and found input', () => {
    let error: unknown;
    try {
      parseText('a 1\nb{c="d"} x\n');
    } catch (thrown) {
      error = thrown;
    }

    expect(error).toBeInstanceOf(ParseError);
    expect(error).toMatchObject({
      name: 'ParseError',
      code: 'INVALID_SYNTAX',
      line: 2,
      column: 10,
      expected: 'a number',
      found: '"x"',
    });
  });

  test('refuses a family whose table would be far larger than the document', () => {
    const text = Array.from({ length: 3000 }, (_, i) => `a{l${i}="x"} 1\n`).join('');

    expect(refusal(text)).toBe(
      'Line 3001, column 1: expected family "a" to have series with common labels; got 3000 series that share only few of 3000 labels and buckets',
    );
  });

  test('accepts label names that objects inherit as property names', () => {
    const [family] = parseText('a{__proto__="x",constructor="y",toString="z"} 1\n__proto__ 2\nconstructor 3\n');

    expect(family?.labelNames).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { x?: string }).x).toBeUndefined();
  });
});

test('a HELP line of a sample does not change the role of the samples after it', () => {
  const page = '# TYPE x histogram\nx 0\n# HELP x_sum S.\nx{a="b"} 1\n';

  for (const strict of [false, true]) {
    const found = parseText(page, { strict }).flatMap((family) => [...samples(family)]);
    expect(found.map(({ name, value }) => [name, value])).toEqual([
      ['x', 0],
      ['x', 1],
    ]);
  }
});
