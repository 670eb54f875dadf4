import type { BucketColumns } from '@promwright/model';

/** Buckets that follow each other: how many are passed over before them, and how many there are. */
export interface Span {
  /** Of the first span the number of its first bucket; of others the distance to the span before. */
  readonly offset: number;
  readonly length: number;
}

/** Buckets of one side of a native histogram, as the formats write them. */
export interface Spans {
  readonly spans: readonly Span[];
  /** Counts of all buckets in the spans, each alone; 0 for those that were taken in to save a span. */
  readonly counts: readonly number[];
}

/** So many buckets without a count cost less than another span. */
const MAX_GAP = 2;

/** The buckets of a series in spans. Empty buckets between two that are close are taken in, as Go's library does. */
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
