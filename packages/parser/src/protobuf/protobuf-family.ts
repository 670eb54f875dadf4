import { describeValue, type Exemplar, type MetricFamily, type MetricType } from '@promwright/model';
import { FamilyBuilder, shapeOf } from '../columns/family-builder.ts';
import { detached } from '../tokens/read-quoted.ts';
import { readExemplar, readLabel, readTimestamp } from './protobuf-exemplar.ts';
import { readHistogram } from './protobuf-histogram.ts';
import { BYTES, type ProtoReader } from './protobuf-reader.ts';

/** By the number that the enum `MetricType` gives them. */
const TYPES: readonly MetricType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram'];
/** Fields of the message `Metric` by the type whose numbers they hold. */
const VALUE_FIELDS: ReadonlyMap<MetricType, number> = new Map([
  ['gauge', 2],
  ['counter', 3],
  ['summary', 4],
  ['unknown', 5],
  ['histogram', 7],
  ['gaugehistogram', 7],
]);

/** Reads a message `MetricFamily`, which the reader holds as a whole. */
export function readFamily(reader: ProtoReader): MetricFamily {
  const start = reader.at;
  const metadata = readMetadata(reader);
  const builder = new FamilyBuilder(shapeOf(metadata.type));
  builder.consumed = reader.end - start;
  reader.at = start;
  while (reader.next()) {
    if (reader.field === 4) readMetric(reader, builder, metadata.type);
    else reader.skip();
  }
  return builder.finish(metadata, (found) =>
    reader.fail(`family "${metadata.name}" to have series that are alike`, start, found),
  );
}

/** Everything but the series, wherever it stands: fields may come in any order. */
function readMetadata(reader: ProtoReader): {
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
  if (name === '') reader.fail('a family with a name', start, 'one without');
  return { name, type, help: help || undefined, unit: unit || undefined };
}

function readMetric(reader: ProtoReader, builder: FamilyBuilder, type: MetricType): void {
  builder.labels.begin();
  const outer = reader.enter();
  const start = reader.at;
  let valueAt = -1;
  let timestampMs = Number.NaN;
  const valueField = VALUE_FIELDS.get(type);
  while (reader.next()) {
    const { at, field } = reader;
    if (field === 1) {
      const { name, value } = readLabel(reader);
      if (!builder.labels.add(builder.labels.columnOf(name), value)) {
        reader.fail('each label once', at, `${describeValue(name)} again`);
      }
    } else if (field === 6) timestampMs = reader.int();
    else {
      if (field === valueField) valueAt = at;
      reader.skip();
    }
  }
  const point = builder.append();
  if (!Number.isNaN(timestampMs)) builder.setTimestamp(point, timestampMs);
  if (valueAt < 0) {
    // A message without fields may be left out altogether.
    valueAt = start;
    if (builder.shape === 'scalar') builder.setValue(point, 0);
  } else {
    const { at } = reader;
    reader.at = valueAt;
    reader.wire = BYTES;
    readValue(reader, builder, point);
    reader.at = at;
  }
  reader.leave(outer);
}

/** Reads the numbers of a series, whose message the reader is at. */
function readValue(reader: ProtoReader, builder: FamilyBuilder, point: number): void {
  if (builder.shape === 'scalar') readScalar(reader, builder, point);
  else if (builder.shape === 'quantile') readSummary(reader, builder, point);
  else addHistogram(reader, builder, point);
}

/** Messages `Gauge`, `Counter` and `Untyped`, which have the same fields as far as they go. */
function readScalar(reader: ProtoReader, builder: FamilyBuilder, point: number): void {
  let value = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) value = reader.double();
    else if (reader.field === 2) addExemplar(builder, point, -1, readExemplar(reader));
    else if (reader.field === 3) builder.setStart(point, readTimestamp(reader));
    else reader.skip();
  }
  reader.leave(outer);
  builder.setValue(point, value);
}

function readSummary(reader: ProtoReader, builder: FamilyBuilder, point: number): void {
  let count = 0;
  let sum = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) count = reader.uint();
    else if (reader.field === 2) sum = reader.double();
    else if (reader.field === 3) readQuantile(reader, builder, point);
    else if (reader.field === 4) builder.setStart(point, readTimestamp(reader));
    else reader.skip();
  }
  reader.leave(outer);
  builder.setCount(point, count);
  builder.setSum(point, sum);
}

function readQuantile(reader: ProtoReader, builder: FamilyBuilder, point: number): void {
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
  builder.setCell(point, builder.keyOf(quantile), value);
}

function addHistogram(reader: ProtoReader, builder: FamilyBuilder, point: number): void {
  const { count, sum, startMs, buckets, exemplars, native } = readHistogram(reader);
  builder.setCount(point, count);
  builder.setSum(point, sum);
  if (!Number.isNaN(startMs)) builder.setStart(point, startMs);
  // The bucket +Inf may be left out, because the count says the same.
  builder.setCell(point, builder.keyOf(Infinity), count);
  for (const { bound, count, exemplar } of buckets) {
    const key = builder.keyOf(bound);
    builder.setCell(point, key, count);
    if (exemplar !== undefined) addExemplar(builder, point, key, exemplar);
  }
  for (const exemplar of exemplars) addExemplar(builder, point, -1, exemplar);
  if (native !== undefined) builder.setNative(point, native);
}

function addExemplar(builder: FamilyBuilder, point: number, key: number, exemplar: Exemplar): void {
  const labels = exemplar.labels.map(({ name, value }) => ({ name: detached(name), value: detached(value) }));
  builder.addExemplar(point, key, { ...exemplar, labels });
}
