import { type BucketColumns, SKETCH_INFINITY, type SketchColumns } from '@promwright/model';
import type { SeriesTable } from '../series/series-table.ts';
import { type BucketCounts, type QuantileWindow, quantilesOf, type WindowContents } from './quantile-window.ts';
import type { QuantileConfig } from './summary-options.ts';

const NO_COUNTS: BucketCounts = { first: 0, counts: new Float64Array(0) };
const EMPTY: WindowContents = {
  positive: NO_COUNTS,
  negative: NO_COUNTS,
  zeros: 0,
  infinities: 0,
  negativeInfinities: 0,
  min: Infinity,
  max: -Infinity,
};

/** Returns quantiles, count and sum of all series, and the sketch from which the quantiles were computed. */
export function summaryColumns(
  table: SeriesTable<QuantileWindow>,
  config: QuantileConfig,
  nowMs: number,
): { values: Float64Array; sketch: SketchColumns } {
  const { quantiles, relativeError } = config;
  const width = quantiles.length + table.width;
  const values = new Float64Array(table.size * width);
  const contents = Array.from({ length: table.size }, (_, slot) => table.extras[slot]?.contents(nowMs) ?? EMPTY);
  contents.forEach((window, slot) => {
    values.set(quantilesOf(window, quantiles, relativeError), slot * width);
    values.set(table.values.subarray(slot * table.width, (slot + 1) * table.width), slot * width + quantiles.length);
  });
  return {
    values,
    sketch: {
      relativeError,
      zeroCounts: Float64Array.from(contents, ({ zeros }) => zeros),
      positive: bucketColumns(
        contents.map(({ positive }) => positive),
        contents.map(({ infinities }) => infinities),
      ),
      negative: bucketColumns(
        contents.map(({ negative }) => negative),
        contents.map(({ negativeInfinities }) => negativeInfinities),
      ),
    },
  };
}

/** Returns the non-empty buckets of all series, in columns. */
function bucketColumns(all: readonly BucketCounts[], infinities: readonly number[]): BucketColumns {
  const offsets = new Int32Array(all.length + 1);
  const indexes: number[] = [];
  const counts: number[] = [];
  for (let slot = 0; slot < all.length; slot++) {
    const { first, counts: inWindow } = all[slot]!;
    for (let i = 0; i < inWindow.length; i++) {
      if (inWindow[i] === 0) continue;
      indexes.push(first + i);
      counts.push(inWindow[i]!);
    }
    if (infinities[slot]! > 0) {
      indexes.push(SKETCH_INFINITY);
      counts.push(infinities[slot]!);
    }
    offsets[slot + 1] = indexes.length;
  }
  return { offsets, indexes: Int32Array.from(indexes), counts: Float64Array.from(counts) };
}
