import type { Exemplar } from '@promwright/model';
import { ExemplarReservoir } from './exemplars/exemplar-reservoir.ts';
import { type NativeConfig, NativeState } from './native/native-state.ts';
import type { SeriesTable } from './series/series-table.ts';

/** Buckets of a histogram, after the options were checked. */
export interface HistogramConfig {
  /** Upper bounds of the classic buckets, without +Inf. */
  readonly bounds: Float64Array;
  readonly native: NativeConfig | undefined;
}

/** Data of a histogram's series beside classic buckets and sum. Most series have no extras. */
export class HistogramExtras {
  readonly native: NativeState | undefined;
  /** Latest exemplar of each classic bucket. */
  readonly exemplars: (Exemplar | undefined)[] = [];
  /** Exemplars of the native buckets. */
  readonly reservoir: ExemplarReservoir = new ExemplarReservoir();

  /** @param config of the native buckets, if the histogram has any */
  constructor(config: NativeConfig | undefined) {
    this.native = config === undefined ? undefined : new NativeState(config, performance.now());
  }

  listExemplars(add: (exemplar: Exemplar, bucket: number) => void): void {
    this.exemplars.forEach((exemplar, bucket) => {
      if (exemplar !== undefined) add(exemplar, bucket);
    });
    for (const exemplar of this.reservoir.exemplars) add(exemplar, -1);
  }
}

/** Counts a value in the classic and the native buckets of a series. */
export function observe(
  config: HistogramConfig,
  table: SeriesTable<HistogramExtras>,
  slot: number,
  value: number,
  exemplar: Exemplar | undefined,
): void {
  if (config.native !== undefined) observeNative(table, slot, value);
  const bucket = countInBucket(config.bounds, table.values, slot, value);
  if (exemplar !== undefined) keepExemplar(config, table, slot, bucket, exemplar);
}

/** Counts a value in its classic bucket and adds it to the sum; returns the index of the bucket. */
export function countInBucket(bounds: Float64Array, values: Float64Array, slot: number, value: number): number {
  const last = bounds.length;
  const start = slot * (last + 2);
  let bucket = 0;
  // Negated so that NaN passes all bounds and is counted in +Inf.
  while (bucket < last && !(value <= bounds[bucket]!)) bucket++;
  values[start + bucket]!++;
  values[start + last + 1]! += value;
  return bucket;
}

/**
 * Resets all series whose planned reset is due.
 * @param nowMs present time on the clock of `performance.now()`
 */
export function resetWhereDue(table: SeriesTable<HistogramExtras>, nowMs: number): void {
  for (let slot = 0; slot < table.extras.length; slot++) {
    const native = table.extras[slot]?.native;
    if (native !== undefined && native.resetAtMs <= nowMs) reset(table, slot, native, nowMs, native.resetAtMs);
  }
}

function observeNative(table: SeriesTable<HistogramExtras>, slot: number, value: number): void {
  // A series of a histogram with native buckets starts with extras.
  const native = table.extras[slot]!.native!;
  if (native.resetAtMs !== Infinity) {
    const nowMs = performance.now();
    if (native.resetAtMs <= nowMs) reset(table, slot, native, nowMs, native.resetAtMs);
  }
  if (!native.observe(value)) return;
  const nowMs = performance.now();
  reset(table, slot, native, nowMs, nowMs);
  native.observe(value);
}

/**
 * Starts a series again at zero: native and classic buckets, count and sum. Drops the exemplars.
 * @param nowMs present time on the clock of `performance.now()`
 * @param resetAtMs time of the reset on the same clock; past for a planned reset that is noticed late
 */
function reset(
  table: SeriesTable<HistogramExtras>,
  slot: number,
  native: NativeState,
  nowMs: number,
  resetAtMs: number,
): void {
  native.reset(resetAtMs);
  table.values.fill(0, slot * table.width, (slot + 1) * table.width);
  table.restart(slot, Date.now() - (nowMs - resetAtMs));
  const { exemplars, reservoir } = table.extras[slot]!;
  exemplars.length = 0;
  reservoir.clear();
}

function keepExemplar(
  { bounds, native }: HistogramConfig,
  table: SeriesTable<HistogramExtras>,
  slot: number,
  bucket: number,
  exemplar: Exemplar,
): void {
  let extras = table.extras[slot];
  if (extras === undefined) {
    extras = new HistogramExtras(native);
    table.extras[slot] = extras;
  }
  if (bounds.length > 0 || native === undefined) extras.exemplars[bucket] = exemplar;
  if (native !== undefined) extras.reservoir.add(exemplar);
}
