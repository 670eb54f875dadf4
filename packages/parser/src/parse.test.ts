import { describe, expect, test } from 'vitest';
import { encodeProtobuf } from '../test/encode-protobuf.ts';
import { parse } from './parse.ts';
import { ParseError } from './parse-error.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const namesOf = (body: string | Uint8Array, contentType?: string) =>
  parse(body, contentType).map(({ name, type }) => `${type} ${name}`);

const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
/** Document with a different meaning in each of the text formats. */
const BODY = '# TYPE a_total counter\na_total 1\n# EOF\n';

describe('parse', () => {
  test('refuses with strict what only the Go library refuses, and unknown options', () => {
    expect(parse('a 1', 'text/plain')).toHaveLength(1);
    expect(() => parse('a 1', 'text/plain', { strict: true })).toThrow('expected a line feed at the end');
    expect(() => parse('a 1\n', 'text/plain', { stict: true } as never)).toThrow('did you mean "strict"?');
  });

  describe('a content type', () => {
    test.each([
      ['text/plain', ['counter a_total']],
      ['text/plain; version=0.0.4; charset=utf-8; escaping=values', ['counter a_total']],
      ['TEXT/PLAIN;version="1.0.0"', ['counter a_total']],
      ['application/openmetrics-text; version=2.0.0; charset=utf-8', ['counter a_total']],
    ])('selects the format: %s', (contentType, names) => {
      expect([namesOf(BODY, contentType), namesOf(bytesOf(BODY), contentType)]).toEqual([names, names]);
    });

    test.each([
      'application/openmetrics-text',
      'application/openmetrics-text;version=0.0.1',
      'application/openmetrics-text; version="1.0.0"',
    ])('selects OpenMetrics 1.0: %s', (contentType) => {
      expect(() => parse(BODY, contentType)).toThrow('Line 2, column 1: expected a sample "a_total_total"');
    });

    test('of protobuf requires bytes', () => {
      const bytes = encodeProtobuf([{ name: 'p', type: 'gauge', rows: [] }]);

      expect(namesOf(bytes, PROTOBUF)).toEqual(['gauge p']);
      expect(() => parse('p', PROTOBUF)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    });

    test.each(['', 'text/html', 'application/json', PROTOBUF.replace('delimited', 'text')])(
      '"%s" is refused',
      (contentType) => {
        expect(() => parse('', contentType)).toThrow(
          expect.objectContaining({ name: 'RangeError', code: 'INVALID_OPTION' }),
        );
      },
    );
  });

  describe('without a content type', () => {
    test('a string is read as text 0.0.4, or as OpenMetrics if it ends in "# EOF"', () => {
      const openMetrics = '# TYPE a counter\na_total 1\n# EOF';

      expect(namesOf('# TYPE a_total counter\na_total 1\n')).toEqual(['counter a_total']);
      expect([openMetrics, `${openMetrics}\n`].map((body) => namesOf(body))).toEqual([
        ['counter a_total'],
        ['counter a_total'],
      ]);
      expect(namesOf(bytesOf('a 1\n# EOF x\n'))).toEqual(['unknown a']);
      expect([namesOf(''), namesOf(new Uint8Array())]).toEqual([[], []]);
    });

    test.each(['counter', 'histogram', 'gauge'] as const)(
      'bytes that begin with a message are read as protobuf: %s',
      (type) => {
        const bytes = encodeProtobuf([{ name: 'x'.repeat(200), type, help: 'H.', rows: [] }]);

        expect(namesOf(bytes)).toEqual([`${type} ${'x'.repeat(200)}`]);
      },
    );

    test.each(['\n\n# HELP a x\na 1\n', '\n\na 1\n', '  \n\na 1\n', ' \n\n\n\n\na 1\n', 'a 1\n\n\n'])(
      '%j is read as text',
      (text) => {
        expect(namesOf(bytesOf(text))).toContain('unknown a');
      },
    );
  });

  describe('bytes that are not UTF-8', () => {
    test.each([
      [[0x80], 'Line 2, column 10'],
      [[0xc3, 0xa4, 0xc3], 'Line 2, column 11'],
      [[0xed, 0xa0, 0x80], 'Line 2, column 10'],
      [[0xc0, 0x80], 'Line 2, column 10'],
      [[0xe0, 0x9f, 0xbf], 'Line 2, column 10'],
      [[0xf0, 0x8f, 0xbf, 0xbf], 'Line 2, column 10'],
      [[0xf4, 0x90, 0x80, 0x80], 'Line 2, column 10'],
      [[0xf0, 0x9d, 0x84, 0x9e, 0xff], 'Line 2, column 12'],
    ])('are refused at their position: %j', (bytes, place) => {
      const body = Uint8Array.from([...bytesOf('a 1\n# HELP a '), ...bytes, ...bytesOf('\n')]);

      expect(() => parse(body, 'text/plain')).toThrow(ParseError);
      expect(() => parse(body, 'text/plain')).toThrow(`${place}: expected UTF-8; got the byte 0x`);
    });

    test('are ignored in comments of the text format', () => {
      const body = Uint8Array.from([...bytesOf('# caf'), 0xe9, ...bytesOf(' \n#'), 0xff, ...bytesOf('\na{b="ä"} 1\n')]);
      const cut = Uint8Array.from([...bytesOf('# caf'), 0xe9, ...bytesOf('\na 1\n# EOF\n')]);

      expect([...parse(body, 'text/plain')[0]!.rows()]).toEqual([{ labels: { b: 'ä' }, value: 1 }]);
      expect(() => parse(cut, 'application/openmetrics-text')).toThrow(
        'Line 1, column 6: expected UTF-8; got the byte 0xe9',
      );
    });
  });
});
