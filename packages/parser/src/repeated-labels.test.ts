import type { MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { parseOpenMetrics } from './openmetrics/parse-open-metrics.ts';
import { ParseError } from './parse-error.ts';
import { parseText } from './text/parse-text.ts';

/** Returns the labels of every series, in the order of the document. */
function labelsOf(text: string): Record<string, string>[] {
  return parseText(text).flatMap((family) => [...family.rows()].map(({ labels }) => ({ ...labels })));
}

describe('labels repeated from the series before', () => {
  test('are not confused with labels that begin alike', () => {
    expect(labelsOf('a{b="1"} 1\na{bc="1"} 1\na{b="12"} 1\na{b="1",c="2"} 1\na 1\na{b="1"} 1\n')).toEqual([
      { b: '1' },
      { bc: '1' },
      { b: '12' },
      { b: '1', c: '2' },
      {},
      { b: '1' },
    ]);
  });

  test('are refused twice in one series', () => {
    expect(() => parseText('a{b="1",c="1"} 1\na{b="1",b="1"} 1\n')).toThrow(
      'Line 2, column 9: expected each label once',
    );
    expect(() => parseText('a{b="1",c="1"} 1\na{b="1",b="2"} 1\n')).toThrow(
      'Line 2, column 9: expected each label once',
    );
  });

  test.each([
    ['a{b="",b="1"} 1', {}],
    ['a{b="1",b=""} 1', {}],
    ['a{b="1",b="2",c="3",b=""} 1', { c: '3' }],
    ['a{b="1" "b"="" c="3"} 1', { c: '3' }],
    ['a{""="",b="1"} 1', { b: '1' }],
    ['a{""="1",b="1",""=""} 1', { b: '1' }],
    ['{b="1","a",b=""} 1', {}],
    ['a{b="1\n",b=""} 1\na{c="3"} 1', { c: '3' }],
  ])('are left out with all their values if one value is empty: %s', (lines, labels) => {
    expect(labelsOf(`${lines}\n`).at(-1)).toEqual(labels);
    expect(() => parseText(`${lines}\n`, { strict: true })).toThrow(ParseError);
  });

  test.each([
    ['a{b="",b="1",c="1",c="2"} 1', 'Line 1, column 20: expected each label once'],
    ['a{b="1",b="2",c="",c="1"} 1', 'Line 1, column 9: expected each label once'],
    ['a{b="",""="1",b="1"} 1', 'Line 1, column 8: expected a label name'],
    ['a{b="",b="1",__name__="a"} 1', 'Line 1, column 14: expected a label name that is not reserved'],
    ['a{b="",b="1"} one', 'Line 1, column 15: expected a number'],
  ])('are refused if an empty value hides only another label: %s', (line, message) => {
    expect(() => parseText(`${line}\n`)).toThrow(message);
  });

  test('are left out of a histogram with the bound of a bucket', () => {
    const bucket = '# TYPE h histogram\nh_bucket{a="1",le="",le="1"} 1\nh_bucket{a="1",le="+Inf"} 1\n';

    expect(parseText(bucket).map(({ name, type }) => [name, type])).toEqual([
      ['h', 'histogram'],
      ['h_bucket', 'unknown'],
    ]);
    expect(labelsOf(bucket)).toEqual([{ a: '1' }, { a: '1' }]);
  });

  test.each([
    ['a backslash', String.raw`a{b="x\\y"} 1`, String.raw`a{b="x\y"} 1`],
    ['a line feed', String.raw`a{b="x\ny"} 1`, 'a{b="x\ny"} 1'],
    ['a quote', String.raw`a{b="x\"y"} 1`, 'a{b="x"y"} 1'],
  ])('are not matched without their escapes: %s', (_, escaped, bare) => {
    expect(labelsOf(`${escaped}\n${escaped}\n`)).toHaveLength(2);
    expect(() => parseText(`${escaped}\n${bare}\n`, { strict: true })).toThrow('Line 2');
  });

  test.each([
    [String.raw`a{"\"b"="1"} 1`, 'a{"b="="2"} 1', { 'b=': '2' }],
    [String.raw`a{"b=\"c"="1"} 1`, 'a{b="c="} 1', { b: 'c=' }],
    [String.raw`a{"b\nc"="1"} 1`, String.raw`a{"b\\nc"="2"} 1`, { 'b\\nc': '2' }],
  ])('are not confused with the text of a quoted label name: %s', (first, second, labels) => {
    expect(labelsOf(`${first}\n${first}\n${second}\n`).slice(2)).toEqual([labels]);
  });

  test('do not make the quotes of a metric name optional', () => {
    expect(() => parseText('{"a.b"} 1\na.b 1\n')).toThrow('Line 2, column 2');
    expect(() => parseOpenMetrics('# TYPE "a.b" gauge\n{"a.b",c="1"} 1\na.b{c="2"} 1\n# EOF\n')).toThrow(
      'Line 3, column 2',
    );
  });
});

describe('labels repeated in a histogram', () => {
  const read = (lines: string) => labelsOf(`# TYPE h histogram\n${lines}\n`);

  test('belong to one series only if all are equal', () => {
    expect(
      read(
        [
          'h_bucket{a="1",le="1"} 1',
          'h_bucket{a="1",le="+Inf"} 1',
          'h_bucket{a="1",b="2",le="+Inf"} 1',
          'h_bucket{a="1",b="23",le="+Inf"} 1',
          'h_bucket{a="1",le="+Inf",c="3"} 1',
          'h_bucket{le="1",a="1",c="3"} 1',
          'h_count{a="1"} 1',
          'h_count{a="1",d="4"} 1',
          'h_bucket{le="+Inf"} 1',
          'h_count 1',
        ].join('\n'),
      ),
    ).toEqual([{ a: '1' }, { a: '1', b: '2' }, { a: '1', b: '23' }, { a: '1', c: '3' }, { a: '1', d: '4' }, {}]);
  });

  test('are still checked for errors', () => {
    const before = '# TYPE h histogram\nh_bucket{a="1",le="1"} 1\n';

    expect(() => parseText(`${before}h_bucket{a="1"le="2"} 1\n`, { strict: true })).toThrow(
      'Line 3, column 15: expected "," or "}"',
    );
    expect(() => parseText(`${before}h_bucket{a="1",a="1",le="2"} 1\n`)).toThrow('column 16: expected each label once');
    expect(() => parseText(`${before}h_bucket{a="1",le="2",le="3"} 1\n`)).toThrow(
      'column 23: expected each label once',
    );
    expect(() => parseText(`${before}h_bucket{a="1",le="2",a="1"} 1\n`)).toThrow('column 23: expected each label once');
    expect(() => parseText(`${before}h_bucket{,a="1",le="2"} 1\n`)).toThrow('Line 3');
  });
});

describe('lines repeated from an earlier family', () => {
  test.each([
    ['all lines', 'X{b="1"} 1\nX{b="2"} 2\nX 3\n'],
    ['no line', 'X{c="1"} 1\n'],
    ['the first lines', 'X{b="1"} 1\nX{b="2"} 2\n'],
    ['all lines but the last', 'X{b="1"} 1\nX{b="2"} 2\nX{a="1",b="1"} 3\nX 3\n'],
    ['all lines, and has more', 'X{b="1"} 1\nX{b="2"} 2\nX 3\nX{b=""} 4\nX{d="1"} 5\n'],
    ['lines with other blanks', 'X {b="1"} 1\nX{ b="2"} 2\nX 3\n'],
    ['a line with its name in quotes', 'X{b="1"} 1\n{"X",b="2"} 2\nX 3\n'],
    ['a line that only begins alike', 'X{b="1"} 1\nX{b="2",c="1"} 2\nX 3\n'],
  ])('result in the same family as when read alone: %s', (_, lines) => {
    const families = ['X{b="1"} 1\nX{b="2"} 2\nX 3\n', lines, lines].map((text, i) => text.replaceAll('X', `f${i}`));

    const together = parseText(families.join(''));

    expect(together).toEqual(families.flatMap((family) => parseText(family)));
  });

  const histogram = 'X_bucket{a="1",le="1"} 1\nX_bucket{a="1",le="+Inf"} 2\nX_sum{a="1"} 3\nX_count{a="1"} 2\n';

  test.each([
    ['all lines', histogram],
    ['buckets in another order', 'X_bucket{a="1",le="+Inf"} 2\nX_bucket{a="1",le="1"} 1\n'],
    ['buckets, of which one is missing', 'X_bucket{a="1",le="+Inf"} 2\nX_count{a="1"} 2\n'],
    ['buckets, and has more', `${histogram.replaceAll('}', ',b="2"}')}${histogram}X_bucket{a="1",le="5"} 2\n`],
    ['a label "le", but no bucket', 'X_sum{a="1",le="1"} 1\nX_bucket{a="1",le="+Inf"} 2\n'],
    ['labels, but no bucket', 'X_bucket{a="1",le="1"} 1\nX_bucket{a="1"} 2\nX_sum{a="1"} 3\n'],
    ['labels of a series that has no sample', 'X{a="1",le="1"} 1\nX_bucket{a="1",le="+Inf"} 2\n'],
    ['an empty label that its series lacks', 'X_bucket{a="1",le="1"} 1\nX_sum{a="1",b=""} 1\n'],
  ])('result in the same histogram as when read alone: %s', (_, lines) => {
    const families = [histogram, lines, lines].map((text, i) => `# TYPE X histogram\n${text}`.replaceAll('X', `f${i}`));

    const together = parseText(families.join(''));

    // Samples without a place in their histogram are in families at the end of the document.
    const byName = (all: MetricFamily[]) => all.toSorted((a, b) => (a.name + a.type < b.name + b.type ? -1 : 1));
    expect(byName(together)).toEqual(byName(families.flatMap((family) => parseText(family))));
  });

  test('are found with several families in between', () => {
    const kinds = [
      'X{a="1"} 1\nX{a="2"} 1\n',
      'X 1\n',
      `# TYPE X histogram\n${histogram}`,
      'X{b="1"} 1\n',
      'X{c="1"} 1\n',
    ];
    const families = [...kinds, ...kinds, ...kinds].map((text, i) => text.replaceAll('X', `f${i}`));

    const together = parseText(families.join(''));

    expect(together).toEqual(families.flatMap((family) => parseText(family)));
  });

  test('are not matched against a state set, whatever its name', () => {
    const states = '# TYPE le stateset\nle{le="1"} 1\nle{le="+Inf"} 0\n';
    const text = `# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\n${states}# EOF\n`;

    const [, family] = parseOpenMetrics(text);

    expect([...family!.rows()]).toEqual([{ labels: {}, states: { 1: true, '+Inf': false } }]);
  });

  test('are found although the lines of two families alternate', () => {
    const [first, second] = parseText('a{b="1"} 1\nc{b="1"} 1\na{b="2"} 2\nc{b="2"} 2\na{b="3"} 3\nc{b="4"} 4\n');

    expect([...first!.rows()].map(({ labels }) => labels.b)).toEqual(['1', '2', '3']);
    expect([...second!.rows()].map(({ labels }) => labels.b)).toEqual(['1', '2', '4']);
    expect(first!.dictionaries).toEqual([['1', '2', '3']]);
    expect(second!.dictionaries).toEqual([['1', '2', '4']]);
  });

  test('may be rows of one series, whose timestamps are still checked', () => {
    const before = '# TYPE a gauge\na{b="1"} 1 1\na{b="1"} 1 2\na{b="2"} 1\n# TYPE c gauge\n';
    const times = parseOpenMetrics(`${before}c{b="1"} 1 1\nc{b="1"} 1 2\nc{b="2"} 1\n# EOF\n`);

    expect(times.map(({ timestampMs }) => [...timestampMs!])).toEqual([
      [1000, 2000, Number.NaN],
      [1000, 2000, Number.NaN],
    ]);
    expect(() => parseOpenMetrics(`${before}c{b="1"} 1\nc{b="1"} 1\n# EOF\n`, { strict: true })).toThrow(
      'Line 7, column 1: expected every',
    );
    expect(() => parseOpenMetrics(`${before}c{b="2"} 1\nc{b="1"} 1\nc{b="2"} 1\n# EOF\n`)).toThrow(
      'Line 8, column 1: expected all samples of a series in consecutive lines',
    );
  });

  test('are still refused for a missing or misplaced label "le"', () => {
    const before = '# TYPE a gauge\na{le="1"} 1\n# TYPE b histogram\nb_bucket{le="+Inf"} 1\nb_sum 1\nb_count 1\n';

    expect(() => parseOpenMetrics(`${before}# TYPE c histogram\nc_bucket{le="+Inf"} 1\nc_bucket 1\n# EOF\n`)).toThrow(
      'Line 9, column 1: expected a label "le"; got none',
    );
    expect(() => parseOpenMetrics(`${before}# TYPE c histogram\nc_sum{le="+Inf"} 1\n# EOF\n`)).toThrow(
      'Line 8, column 1: expected no label "le"; got "+Inf"',
    );
  });
});
