import {
  type BucketColumns,
  bucketCount,
  type ClassicLayout,
  type EscapingScheme,
  hasNumber,
  type MetricFamily,
  type NativeColumns,
  NO_NATIVE,
  totalCount,
} from '@promwright/model';
import { isWritable } from './exemplar-rules.ts';
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
  const { native } = family;
  const isNative = native !== undefined && native.schemas[row] !== NO_NATIVE;
  const count = totalCount(family, layout, row);
  // A server reads either only the integers of a native histogram or only the floats.
  const sum = family.values[row * layout.width + layout.sum]!;
  const inFloats = isNative && !isIntegerHistogram(native, row, count, sum);
  if (inFloats) writer.double(HISTOGRAM.countFloat, count);
  else writeCount(writer, HISTOGRAM.count, HISTOGRAM.countFloat, count);
  // A server stores 0 for an absent sum, so the families written here have one in every series.
  writer.double(HISTOGRAM.sum, sum);
  writeBuckets(writer, family, layout, row, count, escaping);
  if (isNative) writeNative(writer, native, row, inFloats);
  writeStart(writer, HISTOGRAM.start, family, row);
  if (native !== undefined) writeNativeExemplars(writer, family, row, escaping);
}

function writeBuckets(
  writer: ProtobufWriter,
  family: MetricFamily,
  layout: ClassicLayout,
  row: number,
  total: number,
  escaping: EscapingScheme,
): void {
  const { bounds } = layout;
  let below = 0;
  for (let i = 0; i <= bounds.length; i++) {
    if (!hasNumber(family, row, i)) continue;
    const count = bucketCount(family, layout, row, i, below);
    below = count;
    const exemplar = exemplarOf(family, row, i, escaping);
    // The last bucket usually repeats the count of the histogram, which readers take for the bucket then.
    if (i === bounds.length && count === total && exemplar === undefined) continue;
    const bucket = writer.begin(HISTOGRAM.bucket);
    writeCount(writer, BUCKET.count, BUCKET.countFloat, count);
    writer.double(BUCKET.bound, bounds[i] ?? Infinity);
    if (exemplar !== undefined) writeExemplar(writer, BUCKET.exemplar, exemplar, escaping);
    writer.end(bucket);
  }
}

function writeNative(writer: ProtobufWriter, native: NativeColumns, row: number, inFloats: boolean): void {
  const { positive, negative } = native;
  const zeroThreshold = native.zeroThresholds[row]!;
  const zeroCount = native.zeroCounts[row]!;
  writer.sint(HISTOGRAM.schema, native.schemas[row]!);
  writer.double(HISTOGRAM.zeroThreshold, zeroThreshold);
  if (inFloats) writer.double(HISTOGRAM.zeroCountFloat, zeroCount);
  else writer.uint(HISTOGRAM.zeroCount, zeroCount);
  writeSide(writer, NEGATIVE, negative, row, inFloats);
  writeSide(writer, POSITIVE, positive, row, inFloats);
  const isEmpty =
    positive.offsets[row] === positive.offsets[row + 1] && negative.offsets[row] === negative.offsets[row + 1];
  if (isEmpty && zeroThreshold === 0 && zeroCount === 0) {
    // Without any of these fields a server reads a classic histogram; an empty span marks a native one.
    writer.end(writer.begin(POSITIVE.spans));
  }
}

/**
 * Returns true for a native histogram of integers whose buckets add up to the count. A server refuses a page with other
 * integers. With a sum of NaN, observations of NaN are in no bucket.
 */
function isIntegerHistogram(
  { zeroCounts, negative, positive }: NativeColumns,
  row: number,
  count: number,
  sum: number,
): boolean {
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(zeroCounts[row])) return false;
  let total = zeroCounts[row]!;
  for (const { offsets, counts } of [negative, positive]) {
    for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
      if (!Number.isSafeInteger(counts[i])) return false;
      total += counts[i]!;
    }
  }
  return Number.isNaN(sum) ? total <= count : total === count;
}

function writeSide(
  writer: ProtobufWriter,
  fields: SideFields,
  columns: BucketColumns,
  row: number,
  inFloats: boolean,
): void {
  const { spans, counts } = spansOf(columns, row);
  if (spans.length === 0) return;
  for (const { offset, length } of spans) {
    const span = writer.begin(fields.spans);
    writer.sint(SPAN.offset, offset);
    writer.uint(SPAN.length, length);
    writer.end(span);
  }
  const packed = writer.begin(inFloats ? fields.counts : fields.deltas);
  let before = 0;
  for (const count of counts) {
    if (inFloats) writer.float64(count);
    else writer.zigzag(count - before);
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
    if (!isWritable(exemplar, escaping)) continue;
    writeExemplar(writer, HISTOGRAM.exemplars, exemplar, escaping);
  }
}

/** Writes a count that is not negative into the field for integers, or into the field for floats. */
function writeCount(writer: ProtobufWriter, integerField: number, floatField: number, count: number): void {
  if (count < 2 ** 64 && Number.isInteger(count)) writer.uint(integerField, count);
  else writer.double(floatField, count);
}
