import { type MetricFamily, type QuantileLayout, SKETCH_INFINITY, type SketchColumns } from '@promwright/model';
import { BucketSums } from './bucket-sums.ts';
import type { ChosenRows } from './chosen-rows.ts';
import { contributionsOf } from './contributions.ts';
import type { MergedRows, Part } from './merge-rows.ts';

/**
 * Sets the quantiles of merged summaries. They are of the window of time that ends now, so only live members count: the quantiles
 * of a single member as they are, else computed from the sum of the sketches. Without sketches, merged quantiles are absent.
 * @param values numbers of the merged family, whose quantiles are overwritten
 */
export function mergeSketches(
  parts: readonly Part[],
  rows: MergedRows,
  chosen: ChosenRows | undefined,
  layout: QuantileLayout,
  values: Float64Array,
  absent: Uint8Array | undefined,
): Pick<MetricFamily, 'sketch' | 'absent'> {
  const live = parts.filter((part) => part.live);
  const errors = new Set(live.map(({ family }) => family.sketch?.relativeError));
  const [relativeError] = errors;
  const hasSketches = errors.size === 1 && relativeError !== undefined;
  const contributions = contributionsOf(parts, rows, chosen, (part) => part.live);
  const quantiles = layout.quantiles.length;
  const isAbsent = absent ?? new Uint8Array(values.length);
  const merged = hasSketches ? new MergedSketch(relativeError, rows.size) : undefined;
  for (let place = 0; place < rows.size; place++) {
    const start = contributions.offsets[place]!;
    const end = contributions.offsets[place + 1]!;
    for (let i = start; merged !== undefined && i < end; i++) {
      merged.add(parts[contributions.part[i]!]!.family.sketch!, contributions.row[i]!, place);
    }
    const to = place * layout.width;
    if (end - start === 1) {
      copyQuantiles(parts[contributions.part[start]!]!.family, contributions.row[start]!, layout, values, isAbsent, to);
    } else if (end === start || merged !== undefined) {
      // Without live members, the window is empty.
      values.set(merged?.quantiles(layout.quantiles, place) ?? new Float64Array(quantiles).fill(Number.NaN), to);
      isAbsent.fill(0, to, to + quantiles);
    } else {
      isAbsent.fill(1, to, to + quantiles);
    }
    merged?.endRow();
  }
  return {
    ...(merged !== undefined && { sketch: merged.columns() }),
    ...(isAbsent.includes(1) && { absent: isAbsent }),
  };
}

function copyQuantiles(
  family: MetricFamily,
  row: number,
  layout: QuantileLayout,
  values: Float64Array,
  absent: Uint8Array,
  to: number,
): void {
  const own = family.layout as QuantileLayout;
  layout.quantiles.forEach((quantile, i) => {
    const from = row * own.width + own.quantiles.indexOf(quantile);
    values[to + i] = family.values[from]!;
    absent[to + i] = family.absent?.[from] ?? 0;
  });
}

/** Sums of the sketches of merged rows, which are added one row after another. */
class MergedSketch {
  readonly #relativeError: number;
  readonly #zeroCounts: Float64Array;
  readonly #positive = new BucketSums();
  readonly #negative = new BucketSums();

  constructor(relativeError: number, size: number) {
    this.#relativeError = relativeError;
    this.#zeroCounts = new Float64Array(size);
  }

  add({ zeroCounts, positive, negative }: SketchColumns, row: number, place: number): void {
    this.#zeroCounts[place]! += zeroCounts[row]!;
    this.#positive.add(positive, row);
    this.#negative.add(negative, row);
  }

  /** Returns the quantiles of the row that is being added; NaN without observations. */
  quantiles(quantiles: Float64Array, place: number): Float64Array {
    const error = this.#relativeError;
    const logGamma = Math.log((1 + error) / (1 - error));
    // The middle of a bucket differs from every value in the bucket by at most the relative error.
    const middle = (index: number) =>
      index === SKETCH_INFINITY ? Infinity : Math.min(Number.MAX_VALUE, Math.exp(index * logGamma) * (1 - error));
    const below = [...this.#negative.counts].sort(([a], [b]) => b - a).map(([index, count]) => [-middle(index), count]);
    const above = [...this.#positive.counts].sort(([a], [b]) => a - b).map(([index, count]) => [middle(index), count]);
    const all = [...below, [0, this.#zeroCounts[place]!], ...above] as [value: number, count: number][];
    const total = all.reduce((sum, [, count]) => sum + count, 0);
    const values = new Float64Array(quantiles.length).fill(Number.NaN);
    let seen = 0;
    let next = 0;
    for (const [value, count] of all) {
      seen += count;
      while (next < quantiles.length && seen >= Math.max(1, Math.ceil(quantiles[next]! * total)))
        values[next++] = value;
    }
    return values;
  }

  endRow(): void {
    this.#positive.endRow();
    this.#negative.endRow();
  }

  columns(): SketchColumns {
    return {
      relativeError: this.#relativeError,
      zeroCounts: this.#zeroCounts,
      positive: this.#positive.columns(),
      negative: this.#negative.columns(),
    };
  }
}
