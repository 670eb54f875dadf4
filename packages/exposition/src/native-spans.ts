import type { BucketColumns } from '@promwright/model';

/** Run of consecutive buckets. */
export interface Span {
  /** Index of the first bucket; after the first span, the number of skipped buckets since the previous span. */
  readonly offset: number;
  /** Number of buckets in the span. */
  readonly length: number;
}

/** Buckets of one side of a native histogram, in the form of the formats. */
export interface Spans {
  readonly spans: readonly Span[];
  /** Counts of the buckets in all spans, not cumulative; 0 for an empty bucket that joins two runs into one span. */
  readonly counts: readonly number[];
}

/** Largest number of empty buckets that take fewer bytes than a new span. */
const MAX_GAP = 2;

/** Returns the buckets of a series in spans. Small gaps become empty buckets, as in Go's client library. */
export function spansOf({ offsets, indexes, counts: stored }: BucketColumns, row: number): Spans {
  const spans: { offset: number; length: number }[] = [];
  const counts: number[] = [];
  let next = 0;
  for (let i = offsets[row]!; i < offsets[row + 1]!; i++) {
    const index = indexes[i]!;
    const gap = index - next;
    const last = spans.at(-1);
    if (last === undefined || gap > MAX_GAP) {
      spans.push({ offset: gap, length: 1 });
    } else {
      last.length += gap + 1;
      for (let j = 0; j < gap; j++) counts.push(0);
    }
    counts.push(stored[i]!);
    next = index + 1;
  }
  return { spans, counts };
}
