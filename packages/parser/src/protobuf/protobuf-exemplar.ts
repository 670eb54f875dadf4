import type { Exemplar, Label } from '@promwright/model';
import type { ProtobufReader } from './protobuf-reader.ts';

/** Reads the message `Exemplar` of the current field. */
export function readExemplar(reader: ProtobufReader): Exemplar {
  const labels: Label[] = [];
  let value = 0;
  let timestampMs = Number.NaN;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) labels.push(readLabel(reader));
    else if (reader.field === 2) value = reader.double();
    else if (reader.field === 3) timestampMs = readTimestamp(reader);
    else reader.skip();
  }
  reader.leave(outer);
  return Number.isNaN(timestampMs) ? { labels, value } : { labels, value, timestampMs };
}

/** Reads the message `LabelPair` of the current field. */
export function readLabel(reader: ProtobufReader): Label {
  let name = '';
  let value = '';
  const start = reader.at;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else if (reader.field === 2) value = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  if (name === '') reader.fail('a label with a name', start, 'no name');
  return { name, value };
}

/** Reads the message `google.protobuf.Timestamp` of the current field. Returns milliseconds. */
export function readTimestamp(reader: ProtobufReader): number {
  let seconds = 0;
  let nanos = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) seconds = reader.int();
    else if (reader.field === 2) nanos = reader.int();
    else reader.skip();
  }
  reader.leave(outer);
  return seconds * 1000 + nanos / 1e6;
}
