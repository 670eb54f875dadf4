import type { Exemplar } from '@promwright/model';
import { type NativeHistogram, type NativeSide, NO_BUCKETS } from '../columns/native-list.ts';
import { expandSpans, type Span } from '../columns/native-spans.ts';
import { readExemplar, readTimestamp } from './protobuf-exemplar.ts';
import { FIXED64, type ProtobufReader, VARINT } from './protobuf-reader.ts';

/** Contents of a message `Histogram`. */
export interface WireHistogram {
  readonly count: number;
  readonly sum: number;
  readonly startMs: number;
  readonly buckets: readonly WireBucket[];
  readonly exemplars: readonly Exemplar[];
  readonly native: NativeHistogram | undefined;
}

/** Contents of a message `Bucket`: a classic bucket. */
export interface WireBucket {
  readonly bound: number;
  readonly count: number;
  readonly exemplar: Exemplar | undefined;
}

/** One side of a native histogram as encoded: counts come as differences of integers or as floats. */
interface WireSide {
  readonly spans: Span[];
  readonly deltas: number[];
  readonly counts: number[];
}

/** Reads the message `Histogram` of the current field. */
export function readHistogram(reader: ProtobufReader): WireHistogram {
  let count = 0;
  let floatCount = 0;
  let sum = 0;
  let startMs = Number.NaN;
  let schema = 0;
  let zeroThreshold = 0;
  let zeroCount = 0;
  let floatZeroCount = 0;
  const buckets: WireBucket[] = [];
  const exemplars: Exemplar[] = [];
  const negative: WireSide = { spans: [], deltas: [], counts: [] };
  const positive: WireSide = { spans: [], deltas: [], counts: [] };
  const start = reader.at;
  const outer = reader.enter();
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        count = reader.uint();
        break;
      case 2:
        sum = reader.double();
        break;
      case 3:
        buckets.push(readBucket(reader));
        break;
      case 4:
        floatCount = reader.double();
        break;
      case 5:
        schema = reader.sint();
        break;
      case 6:
        zeroThreshold = reader.double();
        break;
      case 7:
        zeroCount = reader.uint();
        break;
      case 8:
        floatZeroCount = reader.double();
        break;
      case 9:
        negative.spans.push(readSpan(reader));
        break;
      case 10:
        for (const _ of reader.repeated(VARINT)) negative.deltas.push(reader.zigzag());
        break;
      case 11:
        for (const _ of reader.repeated(FIXED64)) negative.counts.push(reader.float64());
        break;
      case 12:
        positive.spans.push(readSpan(reader));
        break;
      case 13:
        for (const _ of reader.repeated(VARINT)) positive.deltas.push(reader.zigzag());
        break;
      case 14:
        for (const _ of reader.repeated(FIXED64)) positive.counts.push(reader.float64());
        break;
      case 15:
        startMs = readTimestamp(reader);
        break;
      case 16:
        exemplars.push(readExemplar(reader));
        break;
      default:
        reader.skip();
    }
  }
  reader.leave(outer);
  // The same test as in Prometheus' server; writers mark an empty native histogram by an empty span.
  const isNative =
    positive.spans.length > 0 || negative.spans.length > 0 || zeroThreshold > 0 || zeroCount > 0 || floatZeroCount > 0;
  if (isNative && (schema < -4 || schema > 8)) reader.fail('a schema from -4 to 8', start, String(schema));
  if (isNative && !(zeroThreshold >= 0)) reader.fail('a zero threshold of at least 0', start, String(zeroThreshold));
  const native = isNative && {
    schema,
    zeroThreshold,
    zeroCount: preferFloat(floatZeroCount, zeroCount),
    positive: nativeSide(reader, start, positive),
    negative: nativeSide(reader, start, negative),
  };
  return { count: preferFloat(floatCount, count), sum, startMs, buckets, exemplars, native: native || undefined };
}

/** Returns the value of two fields for one number: the field for fractions if it is set. */
function preferFloat(float: number, integer: number): number {
  return float > 0 ? float : integer;
}

function readBucket(reader: ProtobufReader): WireBucket {
  let count = 0;
  let floatCount = 0;
  let bound = 0;
  let exemplar: Exemplar | undefined;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) count = reader.uint();
    else if (reader.field === 2) bound = reader.double();
    else if (reader.field === 3) exemplar = readExemplar(reader);
    else if (reader.field === 4) floatCount = reader.double();
    else reader.skip();
  }
  reader.leave(outer);
  if (Number.isNaN(bound)) reader.fail('the bound of a bucket', reader.at, 'NaN');
  return { bound, count: preferFloat(floatCount, count), exemplar };
}

function readSpan(reader: ProtobufReader): Span {
  let offset = 0;
  let length = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) offset = reader.sint();
    else if (reader.field === 2) length = reader.uint();
    else reader.skip();
  }
  reader.leave(outer);
  return { offset, length };
}

function nativeSide(reader: ProtobufReader, start: number, { spans, deltas, counts }: WireSide): NativeSide {
  if (spans.length === 0 && deltas.length === 0 && counts.length === 0) return NO_BUCKETS;
  let last = 0;
  const absolute =
    counts.length > 0
      ? counts
      : deltas.map((delta) => {
          last += delta;
          return last;
        });
  return expandSpans(spans, absolute, (expected, found) => reader.fail(expected, start, found));
}
