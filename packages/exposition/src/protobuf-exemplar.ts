import type { EscapingScheme, Exemplar, MetricFamily } from '@promwright/model';
import { labelNameUnder } from './escape-text.ts';
import { isWritable } from './exemplar-rules.ts';
import { EXEMPLAR, LABEL_PAIR, TIMESTAMP } from './protobuf-fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** Returns the exemplar of a classic bucket of a series, or with bucket -1 of a counter. */
export function exemplarOf(
  { exemplars }: MetricFamily,
  row: number,
  bucket: number,
  escaping: EscapingScheme,
): Exemplar | undefined {
  if (exemplars === undefined) return undefined;
  for (let i = exemplars.offsets[row]!; i < exemplars.offsets[row + 1]!; i++) {
    if (exemplars.buckets[i] === bucket && isWritable(exemplars.exemplars[i]!, escaping)) return exemplars.exemplars[i];
  }
  return undefined;
}

/** Writes a message `Exemplar` as a field. */
export function writeExemplar(
  writer: ProtobufWriter,
  field: number,
  { labels, value, timestampMs }: Exemplar,
  escaping: EscapingScheme,
): void {
  const exemplar = writer.begin(field);
  for (const label of labels) writeLabel(writer, EXEMPLAR.label, labelNameUnder(label.name, escaping), label.value);
  writer.double(EXEMPLAR.value, value);
  if (timestampMs !== undefined && isTimestamp(timestampMs)) writeTimestamp(writer, EXEMPLAR.timestamp, timestampMs);
  writer.end(exemplar);
}

/** Writes a message `LabelPair` as a field. */
export function writeLabel(writer: ProtobufWriter, field: number, name: string, value: string): void {
  const pair = writer.begin(field);
  writer.string(LABEL_PAIR.name, name);
  writer.string(LABEL_PAIR.value, value);
  writer.end(pair);
}

/** Writes the start time of a series as a message `Timestamp`, if the start time is known. */
export function writeStart(writer: ProtobufWriter, field: number, { startMs }: MetricFamily, row: number): void {
  const ms = startMs?.[row];
  if (ms !== undefined && isTimestamp(ms)) writeTimestamp(writer, field, ms);
}

/** Bounds of the message `Timestamp`: the years 1 to 9999. */
const MIN_TIMESTAMP_MS = -62_135_596_800_000;
const MAX_TIMESTAMP_MS = 253_402_300_799_999;

function isTimestamp(ms: number): boolean {
  return ms >= MIN_TIMESTAMP_MS && ms <= MAX_TIMESTAMP_MS;
}

function writeTimestamp(writer: ProtobufWriter, field: number, ms: number): void {
  let seconds = Math.floor(ms / 1000);
  let nanos = Math.round((ms - seconds * 1000) * 1e6);
  if (nanos === 1e9) {
    seconds++;
    nanos = 0;
  }
  const timestamp = writer.begin(field);
  writer.int(TIMESTAMP.seconds, seconds);
  writer.uint(TIMESTAMP.nanos, nanos);
  writer.end(timestamp);
}
