import type { MetricFamily } from '@promwright/model';
import { describe, expect, test } from 'vitest';
import { type Bytes, double, encodeProtobuf, message, sint, text, uint, varint } from '../../test/encode-protobuf.ts';
import { allPlain } from '../../test/plain.ts';
import { ParseError } from '../parse-error.ts';
import { parseProtobuf } from './parse-protobuf.ts';

/** Returns a delimited message `MetricFamily` with some fields. */
function family(...fields: Bytes[]): Uint8Array {
  const content = fields.flat();
  return Uint8Array.from([...varint(BigInt(content.length)), ...content]);
}

function parsed(...fields: Bytes[]): MetricFamily | undefined {
  return parseProtobuf(family(...fields))[0];
}

function refusal(bytes: Uint8Array): unknown {
  try {
    parseProtobuf(bytes);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return error.message;
  }
}

const NAME = text(1, 'a');
const HISTOGRAM = uint(3, 4);

describe('parseProtobuf', () => {
  describe('a message', () => {
    test('may have its fields in any order, and unknown fields', () => {
      const unknown = [...uint(99, 5), ...message(98, [1, 2]), ...double(97, 1), ...varint(96n * 8n + 5n), 1, 2, 3, 4];
      const metric = message(4, [
        ...message(2, [...unknown, ...double(1, 2.5)]),
        ...message(1, [...text(2, 'y'), ...text(1, 'x')]),
      ]);

      expect(allPlain([parsed(metric, unknown, uint(3, 1), text(5, 's'), NAME, text(2, 'Help.'))!])).toEqual([
        { name: 'a', type: 'gauge', help: 'Help.', unit: 's', rows: [{ labels: { x: 'y' }, value: 2.5 }] },
      ]);
    });

    test('may omit fields that are zero', () => {
      expect(allPlain([parsed(NAME, message(4, []))!, parsed(NAME, uint(3, 2), message(4, message(4, [])))!])).toEqual([
        { name: 'a', type: 'counter', rows: [{ labels: {}, value: 0 }] },
        { name: 'a', type: 'summary', rows: [{ labels: {}, quantiles: [], count: 0, sum: 0 }] },
      ]);
    });

    test('may have fields for fractions, which take precedence over integers', () => {
      const bucket = message(3, [...uint(1, 1), ...double(4, 0.5), ...double(2, 1)]);
      const histogram = message(7, [...uint(1, 1), ...double(4, 1.5), ...bucket]);

      expect(allPlain([parsed(NAME, HISTOGRAM, message(4, histogram))!])[0]?.rows).toEqual([
        {
          labels: {},
          buckets: [
            { le: 1, count: 0.5 },
            { le: Infinity, count: 1.5 },
          ],
          count: 1.5,
          sum: 0,
        },
      ]);
    });

    test('may have integers of 64 bits and times before 1970', () => {
      const time = message(3, [...uint(1, -2), ...uint(2, 500_000_000)]);
      const counter = message(4, [...message(3, [...double(1, 1), ...time]), ...uint(6, -1500)]);
      const big = message(4, message(4, uint(1, 2 ** 63)));

      expect(allPlain([parsed(NAME, counter)!])[0]?.rows).toEqual([
        { labels: {}, value: 1, timestampMs: -1500, startMs: -1500 },
      ]);
      expect(allPlain([parsed(NAME, uint(3, 2), big)!])[0]?.rows).toEqual([
        { labels: {}, quantiles: [], count: 2 ** 63, sum: 0 },
      ]);
    });

    test('contains a native histogram if it has a span, a zero threshold or a zero count', () => {
      const span = message(12, [...sint(1, 0), ...uint(2, 0)]);
      const native = [span, double(6, 0.5), uint(7, 3), double(8, 2.5), []].map(
        (field) => parsed(NAME, HISTOGRAM, message(4, message(7, [...sint(5, -2), ...field])))?.native,
      );

      expect(
        native.map((columns) => columns && [columns.schemas[0], columns.zeroThresholds[0], columns.zeroCounts[0]]),
      ).toEqual([[-2, 0, 0], [-2, 0.5, 0], [-2, 0, 3], [-2, 0, 2.5], undefined]);
    });

    test('loses empty native buckets', () => {
      const spans = message(12, [...sint(1, -1), ...uint(2, 3)]);
      const deltas = [2, -2, 5].flatMap((delta) => sint(13, delta));

      expect(parsed(NAME, HISTOGRAM, message(4, message(7, [...spans, ...deltas])))?.native?.positive).toEqual({
        offsets: Int32Array.of(0, 2),
        indexes: Int32Array.of(-1, 1),
        counts: Float64Array.of(2, 5),
      });
    });
  });

  test('reads consecutive messages; a document without messages is empty', () => {
    const families = parseProtobuf(
      encodeProtobuf([
        { name: 'a', type: 'gauge', rows: [] },
        { name: 'b', type: 'gauge', rows: [] },
      ]),
    );

    expect(families.map(({ name, size }) => [name, size])).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    expect(parseProtobuf(new Uint8Array())).toEqual([]);
  });

  test.each<[message: string, bytes: Uint8Array]>([
    ['Byte 0: expected a message of at most 1 bytes; got a length of 5', Uint8Array.of(5, 0)],
    ['Byte 1: expected the rest of a varint; got the end', Uint8Array.of(0x80)],
    ['Byte 0: expected a varint of at most 10 bytes; got a longer varint', new Uint8Array(12).fill(0xff)],
    ['Byte 1: expected a family with a name; got no name', family(uint(3, 1))],
    ['Byte 5: expected a type of metric; got 6', family(NAME, uint(3, 6))],
    ['Byte 2: expected field 1 to be a length and bytes; got a varint', family(uint(1, 1))],
    ['Byte 2: expected at most 1 bytes; got a length of 3', family([0x0a, 3, 0x61])],
    ['Byte 3: expected UTF-8; got invalid bytes', family(message(1, [0xff]))],
    ['Byte 4: expected a field number from 1 to 536870911; got 0', family(NAME, [0, 0])],
    ['Byte 6: expected a field of a known encoding; got encoding 3', family(NAME, varint(99n * 8n + 3n))],
    ['Byte 15: expected each label once; got "b" again', family(NAME, message(4, [...label('b'), ...label('b')]))],
    ['Byte 7: expected a label with a name; got no name', family(NAME, message(4, message(1, text(2, 'x'))))],
    ['Byte 9: expected a schema from -4 to 8; got 9', nativeHistogram(sint(5, 9), message(12, uint(2, 0)))],
    [
      'Byte 9: expected a zero threshold of at least 0; got -1',
      nativeHistogram(double(6, -1), message(12, uint(2, 0))),
    ],
    [
      'Byte 9: expected spans of 0 buckets in total, as many as counts; got spans of 4000000000',
      nativeHistogram(message(12, uint(2, 4e9))),
    ],
    [
      'Byte 9: expected spans of 1 buckets in total, as many as counts; got spans of 0',
      nativeHistogram(uint(7, 1), sint(13, 1)),
    ],
  ])('refuses a document with the error: %s', (message, bytes) => {
    expect(refusal(bytes)).toBe(message);
  });

  function label(name: string): Bytes {
    return message(1, [...text(1, name), ...text(2, 'x')]);
  }

  function nativeHistogram(...fields: Bytes[]): Uint8Array {
    return family(NAME, HISTOGRAM, message(4, message(7, fields.flat())));
  }
});
