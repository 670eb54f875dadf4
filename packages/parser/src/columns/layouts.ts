import type { Layout } from '@promwright/model';
import type { NumberColumn } from './number-column.ts';
import type { PartKeys } from './part-keys.ts';
import type { PartList } from './part-list.ts';

/** Numbers of a finished family. */
export interface FamilyNumbers {
  readonly layout: Layout;
  readonly values: Float64Array;
  readonly absentSums: Uint8Array | undefined;
  /** Returns the index of the bucket whose bound has a key. */
  readonly bucketOfKey: (key: number) => number;
}

/** Sums and counts of the rows of a histogram or summary. */
export interface Totals {
  readonly size: number;
  readonly sums: NumberColumn;
  readonly hasSum: NumberColumn;
  readonly counts: NumberColumn;
}

/** Returns cumulative buckets in rising order of their bounds; NaN for a bucket that a row lacks. */
export function classicNumbers(keys: PartKeys, parts: PartList, totals: Totals): FamilyNumbers {
  const { numbers: bounds, offsetOfKey } = keys.rising('bounds');
  const infinite = bounds.length;
  const { size, counts } = totals;
  const infiniteIsCount = counts.used && parts.areEqual(infinite, offsetOfKey, counts, size);
  const { values, width, count, sum, absentSums } = withTotals(infinite + 1, totals, counts.used && !infiniteIsCount);
  parts.writeTo(values, width, offsetOfKey);
  return {
    layout: { kind: 'classic', width, bounds, cumulative: true, sum, count: infiniteIsCount ? infinite : count },
    values,
    absentSums,
    bucketOfKey: (key) => offsetOfKey[key]!,
  };
}

/** Returns quantiles in rising order; NaN for a quantile that a row lacks. */
export function quantileNumbers(keys: PartKeys, parts: PartList, totals: Totals): FamilyNumbers {
  const { numbers: quantiles, offsetOfKey } = keys.rising('quantiles');
  const { values, width, count, sum, absentSums } = withTotals(quantiles.length, totals, totals.counts.used);
  parts.writeTo(values, width, offsetOfKey);
  return { layout: { kind: 'quantile', width, quantiles, sum, count }, values, absentSums, bucketOfKey: noBucket };
}

/** Returns states in the order of their first appearance; 0 for a state that a row lacks. */
export function stateNumbers(keys: PartKeys, parts: PartList, size: number): FamilyNumbers {
  const states = keys.contents<string>();
  const values = new Float64Array(size * states.length);
  parts.writeTo(
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

/** Returns one number for each row. */
export function scalarNumbers(numbers: NumberColumn, size: number): FamilyNumbers {
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

/** Returns rows of `width` numbers, all NaN, followed by the count and the sum if any row has them. */
function withTotals(
  width: number,
  { size, sums, hasSum, counts }: Totals,
  withCounts: boolean,
): { values: Float64Array; width: number; count: number; sum: number; absentSums: Uint8Array | undefined } {
  const count = withCounts ? width++ : -1;
  const sum = sums.used ? width++ : -1;
  const values = new Float64Array(size * width).fill(Number.NaN);
  let absentSums: Uint8Array | undefined;
  for (let row = 0; row < size; row++) {
    if (count >= 0) values[row * width + count] = counts.get(row);
    if (sum < 0) continue;
    if (hasSum.get(row) === 1) values[row * width + sum] = sums.get(row);
    else {
      absentSums ??= new Uint8Array(size);
      absentSums[row] = 1;
      values[row * width + sum] = 0;
    }
  }
  return { values, width, count, sum, absentSums };
}
