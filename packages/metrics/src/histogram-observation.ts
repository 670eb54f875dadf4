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
  native: NativeState | undefined;
  /** Latest exemplar of each classic bucket. */
  readonly exemplars: (Exemplar | undefined)[] = [];
  /** Exemplars of the native buckets. */
  readonly reservoir: ExemplarReservoir = new ExemplarReservoir();

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
  if (config.native !== undefined) observeNative(config.native, table, slot, value);
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

/** Resets all series whose planned reset is due. */
export function resetWhereDue(table: SeriesTable<HistogramExtras>, nowMs: number): void {
  for (let slot = 0; slot < table.extras.length; slot++) {
    const native = table.extras[slot]?.native;
    if (native !== undefined && native.resetAtMs <= nowMs) reset(table, slot, native, native.resetAtMs);
  }
}

function observeNative(config: NativeConfig, table: SeriesTable<HistogramExtras>, slot: number, value: number): void {
  const extras = extrasOf(table, slot);
  extras.native ??= new NativeState(config, table.startMsOf(slot));
  const { native } = extras;
  if (native.resetAtMs !== Infinity && native.resetAtMs <= Date.now()) reset(table, slot, native, native.resetAtMs);
  if (!native.observe(value)) return;
  reset(table, slot, native, Date.now());
  native.observe(value);
}

/** Starts a series again at zero: native and classic buckets, count and sum. Drops the exemplars. */
function reset(table: SeriesTable<HistogramExtras>, slot: number, native: NativeState, startMs: number): void {
  native.reset(startMs);
  table.values.fill(0, slot * table.width, (slot + 1) * table.width);
  table.restart(slot, startMs);
  const extras = extrasOf(table, slot);
  extras.exemplars.length = 0;
  extras.reservoir.clear();
}

function keepExemplar(
  { bounds, native }: HistogramConfig,
  table: SeriesTable<HistogramExtras>,
  slot: number,
  bucket: number,
  exemplar: Exemplar,
): void {
  const extras = extrasOf(table, slot);
  if (bounds.length > 0 || native === undefined) extras.exemplars[bucket] = exemplar;
  if (native !== undefined) extras.reservoir.add(exemplar);
}

function extrasOf(table: SeriesTable<HistogramExtras>, slot: number): HistogramExtras {
  let extras = table.extras[slot];
  if (extras === undefined) {
    extras = new HistogramExtras();
    table.extras[slot] = extras;
  }
  return extras;
}
