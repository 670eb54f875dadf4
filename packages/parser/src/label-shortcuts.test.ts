import { describe, expect, test } from 'vitest';
import { parseOpenMetrics } from './parse-open-metrics.ts';
import { parseText } from './parse-text.ts';

/** Labels of every series, in the order of the text. */
function labelsOf(text: string): Record<string, string>[] {
  return parseText(text).flatMap((family) => [...family.rows()].map(({ labels }) => ({ ...labels })));
}

describe('what a series shares with the one before it', () => {
  test('may be a label that only begins alike', () => {
    expect(labelsOf('a{b="1"} 1\na{bc="1"} 1\na{b="12"} 1\na{b="1",c="2"} 1\na 1\na{b="1"} 1\n')).toEqual([
      { b: '1' },
      { bc: '1' },
      { b: '12' },
      { b: '1', c: '2' },
      {},
      { b: '1' },
    ]);
  });

  test('may be a label, but not twice', () => {
    expect(() => parseText('a{b="1",c="1"} 1\na{b="1",b="1"} 1\n')).toThrow(
      'Line 2, column 9: expected each label once',
    );
    expect(() => parseText('a{b="1",c="1"} 1\na{b="1",b="2"} 1\n')).toThrow(
      'Line 2, column 9: expected each label once',
    );
  });

  test.each([
    ['a backslash', String.raw`a{b="x\\y"} 1`, String.raw`a{b="x\y"} 1`],
    ['a line feed', String.raw`a{b="x\ny"} 1`, 'a{b="x\ny"} 1'],
    ['a quote', String.raw`a{b="x\"y"} 1`, 'a{b="x"y"} 1'],
  ])('may be a value, but not without its escapes: %s', (_, escaped, bare) => {
    expect(labelsOf(`${escaped}\n${escaped}\n`)).toHaveLength(2);
    expect(() => parseText(`${escaped}\n${bare}\n`)).toThrow('Line 2');
  });

  test('may be a metric name, but not without its quotes', () => {
    expect(() => parseText('{"a.b"} 1\na.b 1\n')).toThrow('Line 2, column 2');
    expect(() => parseOpenMetrics('# TYPE "a.b" gauge\n{"a.b",c="1"} 1\na.b{c="2"} 1\n# EOF\n')).toThrow(
      'Line 3, column 2',
    );
  });
});

describe('the labels of a histogram', () => {
  const read = (lines: string) => labelsOf(`# TYPE h histogram\n${lines}\n`);

  test('are the same as in the line before only if all are', () => {
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

  test('are still looked at for what is wrong', () => {
    const before = '# TYPE h histogram\nh_bucket{a="1",le="1"} 1\n';

    expect(() => parseText(`${before}h_bucket{a="1"le="2"} 1\n`)).toThrow('Line 3, column 15: expected "," or "}"');
    expect(() => parseText(`${before}h_bucket{a="1",a="1",le="2"} 1\n`)).toThrow('column 16: expected each label once');
    expect(() => parseText(`${before}h_bucket{a="1",le="2",le="3"} 1\n`)).toThrow(
      'column 23: expected each label once',
    );
    expect(() => parseText(`${before}h_bucket{a="1",le="2",a="1"} 1\n`)).toThrow('column 23: expected each label once');
    expect(() => parseText(`${before}h_bucket{,a="1",le="2"} 1\n`)).toThrow('Line 3');
  });
});
