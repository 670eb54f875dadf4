import {
  type BucketColumns,
  bucketCount,
  type ClassicLayout,
  type EscapingScheme,
  hasSum,
  type MetricFamily,
  type NativeColumns,
  NO_NATIVE,
  rowSum,
  totalCount,
} from '@promwright/model';
import { spansOf } from './native-spans.ts';
import { exemplarOf, writeExemplar, writeStart } from './protobuf-exemplar.ts';
import { BUCKET, HISTOGRAM, NEGATIVE, POSITIVE, type SideFields, SPAN } from './protobuf-fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** Writes the fields of a message `Histogram` for one series. */
export function writeHistogram(
  writer: ProtobufWriter,
  family: MetricFamily,
  layout: ClassicLayout,
  row: number,
  escaping: EscapingScheme,
): void {
  writeCount(writer, HISTOGRAM.count, HISTOGRAM.countFloat, totalCount(family, layout, row));
  if (hasSum(family, layout, row)) writer.double(HISTOGRAM.sum, rowSum(family, layout, row));
  writeBuckets(writer, family, layout, row, escaping);
  const { native } = family;
  if (native !== undefined && native.schemas[row] !== NO_NATIVE) writeNative(writer, native, row);
  writeStart(writer, HISTOGRAM.start, family, row);
  if (native !== undefined) writeNativeExemplars(writer, family, row, escaping);
}

function writeBuckets(
  writer: ProtobufWriter,
  family: MetricFamily,
  layout: ClassicLayout,
  row: number,
  escaping: EscapingScheme,
): void {
  const { bounds } = layout;
  let below = 0;
  for (let i = 0; i <= bounds.length; i++) {
    const count = bucketCount(family, layout, row, i, below);
    if (Number.isNaN(count)) continue;
    below = count;
    const exemplar = exemplarOf(family, row, i);
    // The last bucket repeats the count of the histogram, so only an exemplar makes the bucket worth its bytes.
    if (i === bounds.length && exemplar === undefined) continue;
    const bucket = writer.begin(HISTOGRAM.bucket);
    writeCount(writer, BUCKET.count, BUCKET.countFloat, count);
    writer.double(BUCKET.bound, bounds[i] ?? Infinity);
    if (exemplar !== undefined) writeExemplar(writer, BUCKET.exemplar, exemplar, escaping);
    writer.end(bucket);
  }
}

function writeNative(writer: ProtobufWriter, native: NativeColumns, row: number): void {
  const { positive, negative } = native;
  const zeroThreshold = native.zeroThresholds[row]!;
  const zeroCount = native.zeroCounts[row]!;
  writer.sint(HISTOGRAM.schema, native.schemas[row]!);
  writer.double(HISTOGRAM.zeroThreshold, zeroThreshold);
  writeCount(writer, HISTOGRAM.zeroCount, HISTOGRAM.zeroCountFloat, zeroCount);
  writeSide(writer, NEGATIVE, negative, row);
  writeSide(writer, POSITIVE, positive, row);
  const isEmpty =
    positive.offsets[row] === positive.offsets[row + 1] && negative.offsets[row] === negative.offsets[row + 1];
  if (isEmpty && zeroThreshold === 0 && zeroCount === 0) {
    // Without any of these fields a server reads a classic histogram; an empty span marks a native one.
    writer.end(writer.begin(POSITIVE.spans));
  }
}

function writeSide(writer: ProtobufWriter, fields: SideFields, columns: BucketColumns, row: number): void {
  const { spans, counts } = spansOf(columns, row);
  if (spans.length === 0) return;
  for (const { offset, length } of spans) {
    const span = writer.begin(fields.spans);
    writer.sint(SPAN.offset, offset);
    writer.uint(SPAN.length, length);
    writer.end(span);
  }
  const areIntegers = counts.every(Number.isSafeInteger);
  const packed = writer.begin(areIntegers ? fields.deltas : fields.counts);
  let before = 0;
  for (const count of counts) {
    if (areIntegers) writer.zigzag(count - before);
    else writer.float64(count);
    before = count;
  }
  writer.end(packed);
}

/** Skips exemplars without a time, which are not valid for native buckets. */
function writeNativeExemplars(
  writer: ProtobufWriter,
  { exemplars }: MetricFamily,
  row: number,
  escaping: EscapingScheme,
): void {
  if (exemplars === undefined) return;
  for (let i = exemplars.offsets[row]!; i < exemplars.offsets[row + 1]!; i++) {
    const exemplar = exemplars.exemplars[i]!;
    if (exemplars.buckets[i] !== -1 || exemplar.timestampMs === undefined) continue;
    writeExemplar(writer, HISTOGRAM.exemplars, exemplar, escaping);
  }
}

/** Writes a count into the field for integers, or into the field for floats. */
function writeCount(writer: ProtobufWriter, integerField: number, floatField: number, count: number): void {
  if (count >= 0 && Number.isInteger(count)) writer.uint(integerField, count);
  else writer.double(floatField, count);
}
