import type { Layout } from '@promwright/model';
import type { NumberColumn } from './number-column.ts';
import type { CellKeys } from './part-keys.ts';
import type { CellList } from './part-list.ts';

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
export function classicColumns(keys: CellKeys, cells: CellList, totals: Totals): LaidOut {
  const { numbers: bounds, offsetOfKey } = keys.rising('bounds');
  const infinite = bounds.length;
  const { size, counts } = totals;
  const saysCount = counts.used && cells.areEqual(infinite, offsetOfKey, counts, size);
  const { values, width, count, sum, absentSums } = withTotals(infinite + 1, totals, counts.used && !saysCount);
  cells.writeTo(values, width, offsetOfKey);
  return {
    layout: { kind: 'classic', width, bounds, cumulative: true, sum, count: saysCount ? infinite : count },
    values,
    absentSums,
    bucketOfKey: (key) => offsetOfKey[key]!,
  };
}

/** Quantiles in rising order, NaN where a series lacks one. */
export function quantileColumns(keys: CellKeys, cells: CellList, totals: Totals): LaidOut {
  const { numbers: quantiles, offsetOfKey } = keys.rising('quantiles');
  const { values, width, count, sum, absentSums } = withTotals(quantiles.length, totals, totals.counts.used);
  cells.writeTo(values, width, offsetOfKey);
  return { layout: { kind: 'quantile', width, quantiles, sum, count }, values, absentSums, bucketOfKey: noBucket };
}

/** States in the order of their first appearance, 0 where a series lacks one. */
export function stateColumns(keys: CellKeys, cells: CellList, size: number): LaidOut {
  const states = keys.contents<string>();
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
    bucketOfKey: noBucket,
  };
}

/** One number for each series. */
export function scalarColumn(numbers: NumberColumn, size: number): LaidOut {
  return {
    layout: { kind: 'scalar', width: 1 },
    values: numbers.toArray(size),
    absentSums: undefined,
    bucketOfKey: noBucket,
  };
}

function noBucket(): number {
  return -1;
}

/** Rows of `width` numbers with the count and the sum behind, where there are any, and the rest still unset. */
function withTotals(
  width: number,
  { size, sums, hasSum, counts }: Totals,
  withCounts: boolean,
): { values: Float64Array; width: number; count: number; sum: number; absentSums: Uint8Array | undefined } {
  const count = withCounts ? width++ : -1;
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
  return { values, width, count, sum, absentSums };
}
