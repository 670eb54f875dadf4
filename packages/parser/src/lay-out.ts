import type { Layout } from '@promwright/model';
import type { CellList } from './cell-list.ts';
import type { NumberColumn } from './growable.ts';

/** The numbers of a family as it has them in the end. */
export interface LaidOut {
  readonly layout: Layout;
  readonly values: Float64Array;
  readonly absentSums: Uint8Array | undefined;
  /** Which bucket has the bound with a key. */
  readonly bucketOfKey: (key: number) => number;
}

/** Sums and counts of the series of a histogram or summary. */
export interface Totals {
  readonly size: number;
  readonly sums: NumberColumn;
  readonly hasSum: NumberColumn;
  readonly counts: NumberColumn;
}

/** Cumulative buckets by rising bound, NaN where a series lacks one. */
export function classicColumns(cells: CellList, totals: Totals): LaidOut {
  const { sorted, offsetOfKey } = byRisingNumber(cells);
  const bounds = Float64Array.from(sorted.at(-1) === Infinity ? sorted.slice(0, -1) : sorted);
  const infinite = bounds.length;
  const { values, width, places, absentSums } = withTotals(infinite + 1, totals);
  cells.writeTo(values, width, offsetOfKey);
  const bucketOfKey = (key: number) => offsetOfKey[key]!;
  if (places.count < 0 || !areEqual(values, width, infinite, places.count)) {
    return { layout: { kind: 'classic', width, bounds, cumulative: true, ...places }, values, absentSums, bucketOfKey };
  }
  // The bucket +Inf says it already.
  const sum = places.sum < 0 ? -1 : places.sum - 1;
  return {
    layout: { kind: 'classic', width: width - 1, bounds, cumulative: true, sum, count: infinite },
    values: withoutColumn(values, width, places.count),
    absentSums,
    bucketOfKey,
  };
}

/** Quantiles in rising order, NaN where a series lacks one. */
export function quantileColumns(cells: CellList, totals: Totals): LaidOut {
  const { sorted, offsetOfKey } = byRisingNumber(cells);
  const { values, width, places, absentSums } = withTotals(sorted.length, totals);
  cells.writeTo(values, width, offsetOfKey);
  return {
    layout: { kind: 'quantile', width, quantiles: Float64Array.from(sorted), ...places },
    values,
    absentSums,
    bucketOfKey: () => -1,
  };
}

/** States in the order of their first appearance, 0 where a series lacks one. */
export function stateColumns(cells: CellList, size: number): LaidOut {
  const states = cells.contents<string>();
  const values = new Float64Array(size * states.length);
  cells.writeTo(
    values,
    states.length,
    states.map((_, key) => key),
  );
  return {
    layout: { kind: 'state', width: states.length, states },
    values,
    absentSums: undefined,
    bucketOfKey: () => -1,
  };
}

function byRisingNumber(cells: CellList): { sorted: number[]; offsetOfKey: Int32Array } {
  const contents = cells.contents<number>();
  const keys = contents.map((_, key) => key).sort((a, b) => (contents[a]! < contents[b]! ? -1 : 1));
  const offsetOfKey = new Int32Array(keys.length);
  keys.forEach((key, offset) => {
    offsetOfKey[key] = offset;
  });
  return { sorted: keys.map((key) => contents[key]!), offsetOfKey };
}

/** Rows of `width` numbers with the count and the sum behind, where there are any, and the rest still unset. */
function withTotals(
  width: number,
  { size, sums, hasSum, counts }: Totals,
): {
  values: Float64Array;
  width: number;
  places: { count: number; sum: number };
  absentSums: Uint8Array | undefined;
} {
  const count = counts.used ? width++ : -1;
  const sum = sums.used ? width++ : -1;
  const values = new Float64Array(size * width).fill(Number.NaN);
  let absentSums: Uint8Array | undefined;
  for (let point = 0; point < size; point++) {
    if (count >= 0) values[point * width + count] = counts.get(point);
    if (sum < 0) continue;
    if (hasSum.get(point) === 1) values[point * width + sum] = sums.get(point);
    else {
      absentSums ??= new Uint8Array(size);
      absentSums[point] = 1;
      values[point * width + sum] = 0;
    }
  }
  return { values, width, places: { count, sum }, absentSums };
}

/** Whether two columns hold the same numbers. */
function areEqual(values: Float64Array, width: number, a: number, b: number): boolean {
  for (let row = 0; row < values.length; row += width) {
    if (values[row + a] !== values[row + b]) return false;
  }
  return true;
}

function withoutColumn(values: Float64Array, width: number, column: number): Float64Array {
  const kept = new Float64Array((values.length / width) * (width - 1));
  for (let from = 0, to = 0; from < values.length; from++) if (from % width !== column) kept[to++] = values[from]!;
  return kept;
}
