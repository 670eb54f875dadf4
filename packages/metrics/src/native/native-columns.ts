import type { BucketColumns, NativeColumns } from '@promwright/model';
import type { HistogramExtras } from '../histogram-observation.ts';
import type { NativeConfig, NativeState } from './native-state.ts';

/** Returns the native buckets of all series, in columns. A series without observations has no buckets, at the configured resolution. */
export function nativeColumns(
  size: number,
  extras: readonly (HistogramExtras | undefined)[],
  config: NativeConfig,
): NativeColumns {
  const schemas = new Int8Array(size).fill(config.schema);
  const zeroThresholds = new Float64Array(size).fill(config.zeroThreshold);
  const zeroCounts = new Float64Array(size);
  const states: (NativeState | undefined)[] = [];
  for (let slot = 0; slot < size; slot++) {
    const state = extras[slot]?.native;
    states.push(state);
    if (state === undefined) continue;
    schemas[slot] = state.schema;
    zeroThresholds[slot] = state.zeroThreshold;
    zeroCounts[slot] = state.zeroCount;
  }
  return {
    schemas,
    zeroThresholds,
    zeroCounts,
    positive: bucketColumns(states, 'positive'),
    negative: bucketColumns(states, 'negative'),
  };
}

function bucketColumns(states: readonly (NativeState | undefined)[], side: 'positive' | 'negative'): BucketColumns {
  const offsets = new Int32Array(states.length + 1);
  let total = 0;
  for (let slot = 0; slot < states.length; slot++) {
    total += states[slot]?.[side].size ?? 0;
    offsets[slot + 1] = total;
  }
  const indexes = new Int32Array(total);
  const counts = new Float64Array(total);
  for (let slot = 0; total > 0 && slot < states.length; slot++) {
    states[slot]?.[side].copyTo(indexes, counts, offsets[slot]!);
  }
  return { offsets, indexes, counts };
}
