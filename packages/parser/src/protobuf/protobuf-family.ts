import { describeValue, type Exemplar, flatCopy, type MetricFamily, type MetricType } from '@promwright/model';
import { FamilyBuilder, layoutKindOf } from '../columns/family-builder.ts';
import { readExemplar, readLabel, readTimestamp } from './protobuf-exemplar.ts';
import { readHistogram } from './protobuf-histogram.ts';
import { BYTES, type ProtobufReader } from './protobuf-reader.ts';

/** Types by their number in the enum `MetricType`. */
const TYPES: readonly MetricType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'];
/** Numbers of the fields of the message `Metric` that contain the value, by type. */
const VALUE_FIELDS: ReadonlyMap<MetricType, number> = new Map([
  ['gauge', 2],
  ['counter', 3],
  ['summary', 4],
  ['unknown', 5],
  ['histogram', 7],
  ['gaugehistogram', 7],
]);

/** Reads a message `MetricFamily`, from the reader's position to its end. */
export function readFamily(reader: ProtobufReader): MetricFamily {
  const start = reader.at;
  const metadata = readMetadata(reader);
  const builder = new FamilyBuilder(layoutKindOf(metadata.type));
  builder.consumed = reader.end - start;
  reader.at = start;
  while (reader.next()) {
    if (reader.field === 4) readMetric(reader, builder, metadata.type);
    else reader.skip();
  }
  return builder.finish(metadata, (found) =>
    reader.fail(`family "${metadata.name}" to have series with common labels`, start, found),
  );
}

/** Reads all fields but the series. Needs a pass over the whole message, because fields may come in any order. */
function readMetadata(reader: ProtobufReader): {
  name: string;
  type: MetricType;
  help: string | undefined;
  unit: string | undefined;
} {
  const start = reader.at;
  let name = '';
  let help = '';
  let unit = '';
  let type: MetricType | undefined = 'counter';
  while (reader.next()) {
    const { at, field } = reader;
    if (field === 1) name = reader.string();
    else if (field === 2) help = reader.string();
    else if (field === 5) unit = reader.string();
    else if (field === 3) {
      const number = reader.uint();
      type = TYPES[number];
      if (type === undefined) reader.fail('a type of metric', at, String(number));
    } else reader.skip();
  }
  if (name === '') reader.fail('a family with a name', start, 'no name');
  return { name, type, help: help || undefined, unit: unit || undefined };
}

function readMetric(reader: ProtobufReader, builder: FamilyBuilder, type: MetricType): void {
  const { labels } = builder.series;
  labels.begin();
  const outer = reader.enter();
  let valueAt = -1;
  let timestampMs = Number.NaN;
  const valueField = VALUE_FIELDS.get(type);
  while (reader.next()) {
    const { at, field } = reader;
    if (field === 1) {
      const { name, value } = readLabel(reader);
      if (!labels.add(labels.columnOf(name), value)) {
        reader.fail('each label once', at, `${describeValue(name)} again`);
      }
    } else if (field === 6) timestampMs = reader.int();
    else {
      if (field === valueField) valueAt = at;
      reader.skip();
    }
  }
  const row = builder.series.append();
  if (!Number.isNaN(timestampMs)) builder.setTimestamp(row, timestampMs);
  if (valueAt < 0) {
    // A writer may omit a message without fields, whose numbers are all 0.
    setZeros(builder, row);
  } else {
    const { at } = reader;
    reader.at = valueAt;
    reader.wire = BYTES;
    readValue(reader, builder, row);
    reader.at = at;
  }
  reader.leave(outer);
}

function setZeros(builder: FamilyBuilder, row: number): void {
  if (builder.kind === 'scalar') {
    builder.setValue(row, 0);
    return;
  }
  builder.setCount(row, 0);
  builder.setSum(row, 0);
  if (builder.kind === 'classic') builder.setPart(row, builder.series.keyOf(Infinity), 0);
}

/** Reads the message with the numbers of a row, at the reader's position. */
function readValue(reader: ProtobufReader, builder: FamilyBuilder, row: number): void {
  if (builder.kind === 'scalar') readScalar(reader, builder, row);
  else if (builder.kind === 'quantile') readSummary(reader, builder, row);
  else addHistogram(reader, builder, row);
}

/** Reads a message `Gauge`, `Counter` or `Untyped`. Field 1 is the value in each; the other fields are only in `Counter`. */
function readScalar(reader: ProtobufReader, builder: FamilyBuilder, row: number): void {
  let value = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) value = reader.double();
    else if (reader.field === 2) addExemplar(builder, row, -1, readExemplar(reader));
    else if (reader.field === 3) builder.setStart(row, readTimestamp(reader));
    else reader.skip();
  }
  reader.leave(outer);
  builder.setValue(row, value);
}

function readSummary(reader: ProtobufReader, builder: FamilyBuilder, row: number): void {
  let count = 0;
  let sum = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) count = reader.uint();
    else if (reader.field === 2) sum = reader.double();
    else if (reader.field === 3) readQuantile(reader, builder, row);
    else if (reader.field === 4) builder.setStart(row, readTimestamp(reader));
    else reader.skip();
  }
  reader.leave(outer);
  builder.setCount(row, count);
  builder.setSum(row, sum);
}

function readQuantile(reader: ProtobufReader, builder: FamilyBuilder, row: number): void {
  let quantile = 0;
  let value = 0;
  const start = reader.at;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) quantile = reader.double();
    else if (reader.field === 2) value = reader.double();
    else reader.skip();
  }
  reader.leave(outer);
  if (Number.isNaN(quantile)) reader.fail('a quantile', start, 'NaN');
  builder.setPart(row, builder.series.keyOf(quantile), value);
}

function addHistogram(reader: ProtobufReader, builder: FamilyBuilder, row: number): void {
  const { count, sum, startMs, buckets, exemplars, native } = readHistogram(reader);
  builder.setCount(row, count);
  builder.setSum(row, sum);
  if (!Number.isNaN(startMs)) builder.setStart(row, startMs);
  // A writer may omit the bucket +Inf, because it equals the count.
  builder.setPart(row, builder.series.keyOf(Infinity), count);
  for (const { bound, count, exemplar } of buckets) {
    const key = builder.series.keyOf(bound);
    builder.setPart(row, key, count);
    if (exemplar !== undefined) addExemplar(builder, row, key, exemplar);
  }
  for (const exemplar of exemplars) addExemplar(builder, row, -1, exemplar);
  if (native !== undefined) builder.setNative(row, native);
}

function addExemplar(builder: FamilyBuilder, row: number, key: number, exemplar: Exemplar): void {
  const labels = exemplar.labels.map(({ name, value }) => ({ name: flatCopy(name), value: flatCopy(value) }));
  builder.addExemplar(row, key, { ...exemplar, labels });
}
