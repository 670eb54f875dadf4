import type { Exemplar, ExemplarColumns } from '@promwright/model';

/**
 * Returns the exemplars of all series, in columns; an empty object if there are none.
 * @param list adds the exemplars of one series, each with its classic bucket or -1
 */
export function exemplarColumns<E>(
  size: number,
  extras: readonly (E | undefined)[],
  list: (extra: E, add: (exemplar: Exemplar, bucket: number) => void) => void,
): { exemplars?: ExemplarColumns } {
  if (extras.length === 0) return {};
  // Created with the first exemplar, since most metrics have none.
  let offsets: Int32Array | undefined;
  const exemplars: Exemplar[] = [];
  const buckets: number[] = [];
  const add = (exemplar: Exemplar, bucket: number) => {
    exemplars.push(exemplar);
    buckets.push(bucket);
  };
  for (let slot = 0; slot < size; slot++) {
    const extra = extras[slot];
    if (extra !== undefined) list(extra, add);
    if (exemplars.length === 0) continue;
    offsets ??= new Int32Array(size + 1);
    offsets[slot + 1] = exemplars.length;
  }
  return offsets === undefined ? {} : { exemplars: { offsets, exemplars, buckets: Int32Array.from(buckets) } };
}
