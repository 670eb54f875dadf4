import type { BucketColumns, NativeColumns } from '@promwright/model';
import type { HistogramExtras } from './histogram-observation.ts';
import type { NativeConfig } from './native-state.ts';
import type { SparseBuckets } from './sparse-buckets.ts';

/** The native buckets of all series, in columns. A series that observed nothing has none, at the configured resolution. */
export function nativeColumns(
  size: number,
  companions: readonly (HistogramExtras | undefined)[],
  config: NativeConfig,
): NativeColumns {
  const states = Array.from({ length: size }, (_, slot) => companions[slot]?.native);
  return {
    schemas: Int8Array.from(states, (state) => state?.schema ?? config.schema),
    zeroThresholds: Float64Array.from(states, (state) => state?.zeroThreshold ?? config.zeroThreshold),
    zeroCounts: Float64Array.from(states, (state) => state?.zeroCount ?? 0),
    positive: bucketColumns(states.map((state) => state?.positive)),
    negative: bucketColumns(states.map((state) => state?.negative)),
  };
}

function bucketColumns(all: readonly (SparseBuckets | undefined)[]): BucketColumns {
  const offsets = new Int32Array(all.length + 1);
  all.forEach((buckets, slot) => {
    offsets[slot + 1] = offsets[slot]! + (buckets?.size ?? 0);
  });
  const indexes = new Int32Array(offsets[all.length]!);
  const counts = new Float64Array(indexes.length);
  all.forEach((buckets, slot) => {
    buckets?.copyTo(indexes, counts, offsets[slot]!);
  });
  return { offsets, indexes, counts };
}
