import type { NativeSide } from './native-list.ts';

/** A stretch of native buckets, as formats have them. */
export interface Span {
  /** Of the first span the index of its first bucket; of others how many indexes are left out before it. */
  readonly offset: number;
  readonly length: number;
}

/** Neither an index nor the next one may leave the range of 32 bits. */
const MAX_INDEX = 2 ** 31 - 2;

/** The buckets that spans and counts describe. */
export function expandSpans(
  spans: readonly Span[],
  counts: readonly number[],
  refuse: (expected: string, found: string) => never,
): NativeSide {
  // Before any list is made of them, because a few bytes can ask for billions of buckets.
  const total = spans.reduce((sum, { length }) => sum + length, 0);
  if (total !== counts.length) refuse(`spans of ${counts.length} buckets, as many as there are`, `spans of ${total}`);
  const indexes: number[] = [];
  let index = 0;
  spans.forEach(({ offset, length }, i) => {
    if (i > 0 && offset < 0) refuse('a negative offset in the first span only', String(offset));
    index += offset;
    if (Math.abs(index) > MAX_INDEX || index + length > MAX_INDEX) refuse('indexes of 32 bits', String(index + length));
    for (const end = index + length; index < end; index++) indexes.push(index);
  });
  return { indexes, counts };
}
