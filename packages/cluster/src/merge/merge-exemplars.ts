import type { Exemplar, Layout, MetricFamily } from '@promwright/model';
import { type ChosenRows, isShown } from './chosen-rows.ts';
import { isSameLayout } from './common-definition.ts';
import type { MergedRows, Part } from './merge-rows.ts';

/** Limit of a merged series' exemplars of native buckets, as in instruments. */
const MAX_NATIVE = 10;

interface Placed {
  readonly exemplar: Exemplar;
  readonly bucket: number;
}

/** Merges the exemplars: the newest of each classic bucket and counter, and the newest few of native buckets. */
export function mergeExemplars(
  parts: readonly Part[],
  rows: MergedRows,
  chosen: ChosenRows | undefined,
  layout: Layout,
): Pick<MetricFamily, 'exemplars'> {
  const byPlace = new Map<number, Placed[]>();
  parts.forEach(({ family }, part) => {
    const columns = family.exemplars;
    if (columns === undefined) return;
    const isSame = isSameLayout(family.layout, layout);
    for (let row = 0; row < family.size; row++) {
      const place = rows.rowOf[part]![row]!;
      if (!isShown(chosen, place, part, row)) continue;
      for (let i = columns.offsets[row]!; i < columns.offsets[row + 1]!; i++) {
        const exemplar = columns.exemplars[i]!;
        const theirs = columns.buckets[i]!;
        const bucket = theirs < 0 || isSame ? theirs : bucketOf(exemplar.value, layout);
        add(byPlace, place, { exemplar, bucket }, layout.kind === 'classic' && bucket < 0 ? MAX_NATIVE : 1);
      }
    }
  });
  if (byPlace.size === 0) return {};
  const offsets = new Int32Array(rows.size + 1);
  const exemplars: Exemplar[] = [];
  const buckets: number[] = [];
  for (let place = 0; place < rows.size; place++) {
    const placed = byPlace.get(place) ?? [];
    for (const { exemplar, bucket } of placed.sort((a, b) => a.bucket - b.bucket)) {
      exemplars.push(exemplar);
      buckets.push(bucket);
    }
    offsets[place + 1] = exemplars.length;
  }
  return { exemplars: { offsets, exemplars, buckets: Int32Array.from(buckets) } };
}

/** Adds an exemplar; past the limit of its bucket, the oldest exemplar of the bucket is dropped. */
function add(byPlace: Map<number, Placed[]>, place: number, added: Placed, limit: number): void {
  const placed = byPlace.get(place);
  if (placed === undefined) {
    byPlace.set(place, [added]);
    return;
  }
  const same = placed.filter(({ bucket }) => bucket === added.bucket);
  if (same.length < limit) {
    placed.push(added);
    return;
  }
  const oldest = same.reduce((a, b) => (timeOf(b) < timeOf(a) ? b : a));
  if (timeOf(added) > timeOf(oldest)) placed[placed.indexOf(oldest)] = added;
}

function timeOf({ exemplar }: Placed): number {
  return exemplar.timestampMs ?? -Infinity;
}

function bucketOf(value: number, layout: Layout): number {
  if (layout.kind !== 'classic') return -1;
  const bucket = layout.bounds.findIndex((bound) => value <= bound);
  return bucket < 0 ? layout.bounds.length : bucket;
}
