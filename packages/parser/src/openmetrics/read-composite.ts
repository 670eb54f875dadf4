import { type NativeHistogram, type NativeSide, NO_BUCKETS } from '../columns/native-list.ts';
import { expandSpans, type Span } from '../columns/native-spans.ts';
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACKET } from '../tokens/char-codes.ts';
import { readNumber } from '../tokens/read-number.ts';
import type { TextCursor } from '../tokens/text-cursor.ts';

/** Composite value of OpenMetrics 2.0: all numbers of a histogram or summary. */
export interface Composite {
  /** True for a gauge histogram: its fields are `gcount` and `gsum`. */
  readonly gauge: boolean;
  readonly count: number;
  readonly sum: number;
  readonly native?: NativeHistogram;
  readonly buckets?: readonly Pair[];
  readonly quantiles?: readonly Pair[];
}

/** Bound with its count, or quantile with its value. */
export interface Pair {
  readonly key: number;
  readonly value: number;
}

/** Reads a composite value. The cursor moves from the opening brace past the closing brace. */
export function readComposite(cursor: TextCursor): Composite {
  cursor.at++;
  const gauge = cursor.takeIf('gcount:');
  if (!gauge && !cursor.takeIf('count:')) cursor.fail('"count:" or "gcount:"');
  const countAt = cursor.at;
  const count = readCount(cursor, gauge);
  const sumField = gauge ? ',gsum:' : ',sum:';
  if (!cursor.takeIf(sumField)) cursor.fail(`"${sumField}"`);
  const sumAt = cursor.at;
  const sum = readNumber(cursor, 'a number');
  const native = cursor.takeIf(',schema:') ? readNative(cursor, gauge) : undefined;
  const buckets = cursor.takeIf(',bucket:') ? readBuckets(cursor, count, gauge) : undefined;
  let quantiles: Pair[] | undefined;
  if (native === undefined && buckets === undefined) {
    if (gauge || !cursor.takeIf(',quantile:')) cursor.fail(`",schema:"${gauge ? '' : ', ",quantile:"'} or ",bucket:"`);
    if (!Number.isInteger(count)) cursor.fail('an integer as the count of a summary', countAt, String(count));
    if (!(sum >= 0)) cursor.fail('a sum of a summary, neither negative nor NaN', sumAt, String(sum));
    quantiles = readQuantiles(cursor);
  }
  cursor.take(CLOSE_BRACE, 'the next field or "}"');
  return { gauge, count, sum, ...(native && { native }), ...(buckets && { buckets }), ...(quantiles && { quantiles }) };
}

/** Reads a count. Counts of gauge histograms may be negative, because they can be differences of counts. */
function readCount(cursor: TextCursor, gauge: boolean): number {
  const start = cursor.at;
  const count = readNumber(cursor, 'a count');
  if (count < 0 && !gauge) cursor.fail('a non-negative count', start);
  return count;
}

function readBuckets(cursor: TextCursor, count: number, gauge: boolean): Pair[] {
  const start = cursor.at;
  let last: Pair | undefined;
  const buckets = readList(cursor, () => {
    const { at, text } = cursor;
    const key = readNumber(cursor, 'the bound of a bucket');
    const canonical = Number.isFinite(key) || text.startsWith('+Inf:', at) || text.startsWith('-Inf:', at);
    if (!canonical) cursor.fail('a number, "-Inf" or "+Inf"', at);
    if (last !== undefined && key <= last.key) cursor.fail('bounds in rising order', at);
    cursor.take(COLON, '":" after the bound');
    const value = readCount(cursor, gauge);
    if (last !== undefined && value < last.value && !gauge) cursor.fail('bucket counts that never decrease', at);
    last = { key, value };
    return last;
  });
  const infinite = buckets.at(-1);
  if (infinite?.key !== Infinity) cursor.fail('a bucket "+Inf" at the end', start);
  // Object.is: NaN equals NaN.
  if (!Object.is(infinite.value + 0, count + 0)) {
    cursor.fail(`the bucket "+Inf" to equal the count ${count}`, start, String(infinite.value));
  }
  return buckets;
}

function readQuantiles(cursor: TextCursor): Pair[] {
  let last = -1;
  return readList(cursor, () => {
    const { at } = cursor;
    const key = readNumber(cursor, 'a quantile');
    if (!(key >= 0 && key <= 1)) cursor.fail('a quantile from 0 to 1', at);
    if (key <= last) cursor.fail('quantiles in rising order', at);
    last = key;
    cursor.take(COLON, '":" after the quantile');
    const valueAt = cursor.at;
    const value = readNumber(cursor, 'a number');
    if (value < 0) cursor.fail('a non-negative value of a quantile', valueAt);
    return { key, value };
  });
}

function readNative(cursor: TextCursor, gauge: boolean): NativeHistogram {
  const { at } = cursor;
  const schema = readInteger(cursor);
  if (schema < -4 || schema > 8) cursor.fail('a schema from -4 to 8', at);
  if (!cursor.takeIf(',zero_threshold:')) cursor.fail('",zero_threshold:"');
  const thresholdAt = cursor.at;
  const zeroThreshold = readNumber(cursor, 'a number');
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity))
    cursor.fail('a finite zero threshold of at least 0', thresholdAt);
  if (!cursor.takeIf(',zero_count:')) cursor.fail('",zero_count:"');
  const zeroCount = readCount(cursor, gauge);
  const negative = readSide(cursor, 'negative', gauge);
  const positive = readSide(cursor, 'positive', gauge);
  return { schema, zeroThreshold, zeroCount, positive, negative };
}

function readSide(cursor: TextCursor, side: 'positive' | 'negative', gauge: boolean): NativeSide {
  if (!cursor.takeIf(`,${side}_spans:`)) return NO_BUCKETS;
  const { at } = cursor;
  const spans = readList(cursor, (): Span => {
    const { at } = cursor;
    const offset = readInteger(cursor);
    cursor.take(COLON, '":" after the offset of the span');
    const length = readInteger(cursor);
    if (length < 0) cursor.fail('a non-negative length', at);
    return { offset, length };
  });
  if (!cursor.takeIf(`,${side}_buckets:`)) cursor.fail(`",${side}_buckets:"`);
  const counts = readList(cursor, () => readCount(cursor, gauge));
  return expandSpans(spans, counts, (expected, found) => cursor.fail(expected, at, found));
}

function readInteger(cursor: TextCursor): number {
  const { at } = cursor;
  const value = readNumber(cursor, 'an integer');
  if (!Number.isInteger(value)) cursor.fail('an integer', at);
  return value;
}

function readList<T>(cursor: TextCursor, readItem: () => T): T[] {
  const items: T[] = [];
  cursor.take(OPEN_BRACKET, '"["');
  if (cursor.text.charCodeAt(cursor.at) === CLOSE_BRACKET) {
    cursor.at++;
    return items;
  }
  for (;;) {
    items.push(readItem());
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== COMMA && code !== CLOSE_BRACKET) cursor.fail('"," or "]"');
    cursor.at++;
    if (code === CLOSE_BRACKET) return items;
  }
}
