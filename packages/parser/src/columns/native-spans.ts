import type { NativeSide } from './native-list.ts';

/** Run of consecutive native buckets, as formats have them. */
export interface Span {
  /** In the first span: index of its first bucket. In later spans: number of absent buckets before the span. */
  readonly offset: number;
  readonly length: number;
}

/** Greatest index of a bucket: both the index and its successor are integers of 32 bits. */
const MAX_INDEX = 2 ** 31 - 2;

/** Returns the buckets of spans and counts. */
export function expandSpans(
  spans: readonly Span[],
  counts: readonly number[],
  fail: (expected: string, found: string) => never,
): NativeSide {
  // Checked before any list is made, because a few bytes can ask for billions of buckets.
  const total = spans.reduce((sum, { length }) => sum + length, 0);
  if (total !== counts.length)
    fail(`spans of ${counts.length} buckets in total, as many as counts`, `spans of ${total}`);
  const indexes: number[] = [];
  let index = 0;
  spans.forEach(({ offset, length }, i) => {
    if (i > 0 && offset < 0) fail('a negative offset in the first span only', String(offset));
    index += offset;
    if (Math.abs(index) > MAX_INDEX || index + length > MAX_INDEX)
      fail('bucket indexes of 32 bits', String(index + length));
    for (const end = index + length; index < end; index++) indexes.push(index);
  });
  return { indexes, counts };
}
