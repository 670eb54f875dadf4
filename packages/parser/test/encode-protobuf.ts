import type { HistogramRow, Row, RowExemplar, ScalarRow, SummaryRow } from '@promwright/model';
import type { PlainFamily } from './family-of.ts';

/** Bytes of a message or of a part of a message. */
export type Bytes = readonly number[];

const TYPES: Readonly<Record<string, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
  gaugehistogram: 5,
};

/** Formats delimited protobuf for tests, by the field numbers and independently of any writer. */
export function encodeProtobuf(families: readonly PlainFamily[], packed = false): Uint8Array {
  return Uint8Array.from(
    families.flatMap((family) => {
      const message = encodeFamily(family, packed);
      return [...varint(BigInt(message.length)), ...message];
    }),
  );
}

function encodeFamily({ name, help, type, unit, rows }: PlainFamily, packed: boolean): Bytes {
  return [
    ...text(1, name),
    ...(help === undefined ? [] : text(2, help)),
    ...uint(3, TYPES[type]!),
    ...rows.flatMap((row) => message(4, encodeMetric(row, type, packed))),
    ...(unit === undefined ? [] : text(5, unit)),
  ];
}

function encodeMetric(row: Row, type: string, packed: boolean): Bytes {
  const labels = Object.entries(row.labels).flatMap(([name, value]) =>
    message(1, [...text(1, name), ...text(2, value)]),
  );
  const time = row.timestampMs === undefined ? [] : uint(6, row.timestampMs);
  const start = (field: number) => (row.startMs === undefined ? [] : message(field, timestamp(row.startMs)));
  const exemplars = row.exemplars ?? [];
  if ('buckets' in row) return [...labels, ...message(7, [...encodeHistogram(row, packed), ...start(15)]), ...time];
  if ('quantiles' in row) return [...labels, ...message(4, [...encodeSummary(row), ...start(4)]), ...time];
  const { value } = row as ScalarRow;
  if (type === 'gauge') return [...labels, ...message(2, double(1, value)), ...time];
  if (type === 'unknown') return [...labels, ...message(5, double(1, value)), ...time];
  const counter = [...double(1, value), ...exemplars.flatMap((e) => message(2, encodeExemplar(e))), ...start(3)];
  return [...labels, ...message(3, counter), ...time];
}

function encodeSummary({ count, sum, quantiles }: SummaryRow): Bytes {
  return [
    ...uint(1, count!),
    ...double(2, sum!),
    ...quantiles.flatMap(({ quantile, value }) => message(3, [...double(1, quantile), ...double(2, value)])),
  ];
}

function encodeHistogram({ count, sum, buckets, native, exemplars = [] }: HistogramRow, packed: boolean): Bytes {
  const isInteger = [count, ...buckets.map(({ count }) => count)].every(Number.isInteger);
  return [
    ...(isInteger ? uint(1, count) : double(4, count)),
    ...double(2, sum!),
    ...buckets.flatMap(({ le, count }) => {
      const own = exemplars.filter((exemplar) => exemplar.le === le).flatMap((e) => message(3, encodeExemplar(e)));
      return message(3, [...(isInteger ? uint(1, count) : double(4, count)), ...double(2, le), ...own]);
    }),
    ...(native === undefined ? [] : encodeNative(native, packed)),
    ...exemplars.filter(({ le }) => le === undefined).flatMap((e) => message(16, encodeExemplar(e))),
  ];
}

function encodeNative(native: NonNullable<HistogramRow['native']>, packed: boolean): Bytes {
  const { schema, zeroThreshold, zeroCount, positive, negative } = native;
  const isInteger = [zeroCount, ...positive.map(({ count }) => count), ...negative.map(({ count }) => count)].every(
    Number.isInteger,
  );
  const side = (buckets: typeof positive, span: number) => {
    let next = 0;
    let last = 0;
    const spans = buckets.flatMap(({ index }) => {
      const offset = index - next;
      next = index + 1;
      return message(span, [...sint(1, offset), ...uint(2, 1)]);
    });
    const deltas = buckets.map(({ count }) => {
      const delta = count - last;
      last = count;
      return delta;
    });
    if (!isInteger) {
      return packed
        ? [
            ...spans,
            ...message(
              span + 2,
              buckets.flatMap(({ count }) => bytesOf(count)),
            ),
          ]
        : [...spans, ...buckets.flatMap(({ count }) => double(span + 2, count))];
    }
    return packed
      ? [
          ...spans,
          ...message(
            span + 1,
            deltas.flatMap((delta) => varint(zigzag(delta))),
          ),
        ]
      : [...spans, ...deltas.flatMap((delta) => sint(span + 1, delta))];
  };
  return [
    ...sint(5, schema),
    ...double(6, zeroThreshold),
    ...(isInteger ? uint(7, zeroCount) : double(8, zeroCount)),
    ...side(negative, 9),
    ...side(positive, 12),
    // An empty span marks an empty histogram as native.
    ...message(12, [...sint(1, 0), ...uint(2, 0)]),
  ];
}

function encodeExemplar({ labels, value, timestampMs }: RowExemplar): Bytes {
  return [
    ...labels.flatMap(({ name, value }) => message(1, [...text(1, name), ...text(2, value)])),
    ...double(2, value),
    ...(timestampMs === undefined ? [] : message(3, timestamp(timestampMs))),
  ];
}

function timestamp(ms: number): Bytes {
  const seconds = Math.floor(ms / 1000);
  return [...uint(1, seconds), ...uint(2, (ms - seconds * 1000) * 1e6)];
}

export function varint(value: bigint): Bytes {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

export function uint(field: number, value: number): Bytes {
  return [...varint(BigInt(field * 8)), ...varint(BigInt(value))];
}

export function sint(field: number, value: number): Bytes {
  return [...varint(BigInt(field * 8)), ...varint(zigzag(value))];
}

export function double(field: number, value: number): Bytes {
  return [...varint(BigInt(field * 8 + 1)), ...bytesOf(value)];
}

export function text(field: number, value: string): Bytes {
  return message(field, [...new TextEncoder().encode(value)]);
}

export function message(field: number, content: Bytes): Bytes {
  return [...varint(BigInt(field * 8 + 2)), ...varint(BigInt(content.length)), ...content];
}

function zigzag(value: number): bigint {
  return value < 0 ? BigInt(-value) * 2n - 1n : BigInt(value) * 2n;
}

function bytesOf(value: number): Bytes {
  return [...new Uint8Array(Float64Array.of(value).buffer)];
}
