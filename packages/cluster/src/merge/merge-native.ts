import { type NativeColumns, NO_NATIVE } from '@promwright/model';
import { BucketSums } from './bucket-sums.ts';
import type { ChosenRows } from './chosen-rows.ts';
import { contributionsOf } from './contributions.ts';
import type { MergedRows, Part } from './merge-rows.ts';

/** Relative difference up to which a computed bound equals a bound of the table that instruments use. */
const TOLERANCE = 1e-12;

/**
 * Merges native buckets: at the lowest resolution of the rows, with the widest zero bucket, widened further to the next bound if it
 * ends inside a bucket with counts (Prometheus' specification of native histograms, "Zero bucket").
 * @param parts families that all have native buckets. A merged row with a row without native buckets has none
 */
export function mergeNative(parts: readonly Part[], rows: MergedRows, chosen: ChosenRows | undefined): NativeColumns {
  const { offsets, part, row } = contributionsOf(parts, rows, chosen, () => true);
  const schemas = new Int8Array(rows.size).fill(NO_NATIVE);
  const zeroThresholds = new Float64Array(rows.size);
  const zeroCounts = new Float64Array(rows.size);
  const positive = new BucketSums();
  const negative = new BucketSums();
  for (let place = 0; place < rows.size; place++) {
    let schema = Infinity;
    let hasBuckets = true;
    for (let i = offsets[place]!; i < offsets[place + 1]!; i++) {
      const theirs = parts[part[i]!]!.family.native!.schemas[row[i]!]!;
      if (theirs === NO_NATIVE) hasBuckets = false;
      schema = Math.min(schema, theirs);
    }
    if (hasBuckets && schema < Infinity) {
      schemas[place] = schema;
      for (let i = offsets[place]!; i < offsets[place + 1]!; i++) {
        const native = parts[part[i]!]!.family.native!;
        const at = row[i]!;
        const halvings = native.schemas[at]! - schema;
        zeroThresholds[place] = Math.max(zeroThresholds[place]!, native.zeroThresholds[at]!);
        zeroCounts[place]! += native.zeroCounts[at]!;
        positive.add(native.positive, at, halvings);
        negative.add(native.negative, at, halvings);
      }
      const zero = widenZero(zeroThresholds[place]!, schema, [positive.counts, negative.counts]);
      zeroThresholds[place] = zero.threshold;
      zeroCounts[place]! += zero.taken;
    }
    positive.endRow();
    negative.endRow();
  }
  return { schemas, zeroThresholds, zeroCounts, positive: positive.columns(), negative: negative.columns() };
}

/**
 * Takes the buckets below the limit of the zero bucket out of the counts; returns their total, and the limit, raised to the bound
 * of the bucket that it ends in.
 */
function widenZero(
  limit: number,
  schema: number,
  sides: readonly Map<number, number>[],
): { readonly threshold: number; readonly taken: number } {
  let threshold = limit;
  let taken = 0;
  if (threshold === 0) return { threshold, taken };
  const indexes = [...new Set(sides.flatMap((counts) => [...counts.keys()]))].sort((a, b) => a - b);
  for (const index of indexes) {
    // Bounds of an exact power of two are exact; the others differ from the table in the last digits.
    const lower = boundOf(index - 1, schema);
    if (lower >= threshold * (1 - TOLERANCE)) break;
    const upper = boundOf(index, schema);
    for (const counts of sides) {
      const count = counts.get(index);
      if (count === undefined) continue;
      if (upper > threshold * (1 + TOLERANCE)) threshold = upper;
      taken += count;
      counts.delete(index);
    }
  }
  return { threshold, taken };
}

function boundOf(index: number, schema: number): number {
  return 2 ** (index * 2 ** -schema);
}
