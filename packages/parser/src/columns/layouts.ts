import type { Layout } from '@promwright/model';
import type { NumberColumn } from './number-column.ts';
import type { PartKeys } from './part-keys.ts';
import type { PartList } from './part-list.ts';

/** Numbers of a finished family. */
export interface FamilyNumbers {
  readonly layout: Layout;
  readonly values: Float64Array;
  /** Marks of the numbers that rows lack, as in the model; undefined if no row lacks any. */
  readonly absent: Uint8Array | undefined;
  /** Returns the index of the bucket whose bound has a key. */
  readonly bucketOfKey: (key: number) => number;
}

/** Sums and counts of the rows of a histogram or summary. */
export interface Totals {
  readonly size: number;
  readonly sums: NumberColumn;
  readonly counts: NumberColumn;
}

/** Returns cumulative buckets in rising order of their bounds. */
export function classicNumbers(keys: PartKeys, parts: PartList, totals: Totals): FamilyNumbers {
  const { numbers: bounds, offsetOfKey } = keys.rising('bounds');
  const infinite = bounds.length;
  const { size, counts } = totals;
  // Without any count there is a column too: a layout without one means that the total of the buckets is the count.
  const infiniteIsCount = counts.used && parts.areEqual(infinite, offsetOfKey, counts, size);
  const { values, absent, width, count, sum } = withTotals(infinite + 1, totals, !infiniteIsCount);
  parts.writeTo(values, absent, width, offsetOfKey);
  return {
    layout: { kind: 'classic', width, bounds, cumulative: true, sum, count: infiniteIsCount ? infinite : count },
    values,
    absent: usedMarks(absent),
    bucketOfKey: (key) => offsetOfKey[key]!,
  };
}

/** Returns quantiles in rising order; NaN for a quantile that a row lacks. */
export function quantileNumbers(keys: PartKeys, parts: PartList, totals: Totals): FamilyNumbers {
  const { numbers: quantiles, offsetOfKey } = keys.rising('quantiles');
  const { values, absent, width, count, sum } = withTotals(quantiles.length, totals, totals.counts.used);
  parts.writeTo(values, absent, width, offsetOfKey);
  return {
    layout: { kind: 'quantile', width, quantiles, sum, count },
    values,
    absent: usedMarks(absent),
    bucketOfKey: noBucket,
  };
}

/** Returns states in the order of their first appearance. */
export function stateNumbers(keys: PartKeys, parts: PartList, size: number): FamilyNumbers {
  const states = keys.contents<string>();
  const values = new Float64Array(size * states.length);
  const absent = new Uint8Array(size * states.length).fill(1);
  parts.writeTo(
    values,
    absent,
    states.length,
    states.map((_, key) => key),
  );
  return {
    layout: { kind: 'state', width: states.length, states },
    values,
    absent: usedMarks(absent),
    bucketOfKey: noBucket,
  };
}

/** Returns one number for each row. */
export function scalarNumbers(numbers: NumberColumn, size: number): FamilyNumbers {
  return {
    layout: { kind: 'scalar', width: 1 },
    values: numbers.toArray(size),
    absent: undefined,
    bucketOfKey: noBucket,
  };
}

function noBucket(): number {
  return -1;
}

/** Returns rows of `width` numbers, all absent, followed by the count and, if any row has one, the sum. */
function withTotals(
  width: number,
  { size, sums, counts }: Totals,
  withCounts: boolean,
): { values: Float64Array; absent: Uint8Array; width: number; count: number; sum: number } {
  const count = withCounts ? width++ : -1;
  const sum = sums.used ? width++ : -1;
  const values = new Float64Array(size * width);
  const absent = new Uint8Array(size * width).fill(1);
  const set = (offset: number, numbers: NumberColumn) => {
    if (offset < 0) return;
    for (let row = 0; row < size; row++) {
      if (!numbers.has(row)) continue;
      values[row * width + offset] = numbers.get(row);
      absent[row * width + offset] = 0;
    }
  };
  set(count, counts);
  set(sum, sums);
  return { values, absent, width, count, sum };
}

function usedMarks(absent: Uint8Array): Uint8Array | undefined {
  return absent.includes(1) ? absent : undefined;
}
