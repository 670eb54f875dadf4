import {
  bucketCount,
  type ClassicLayout,
  hasCount,
  hasNumber,
  type Layout,
  type MetricFamily,
  totalCount,
} from '@promwright/model';
import { type ChosenRows, isShown, newestRows } from './chosen-rows.ts';
import { isSameLayout } from './common-definition.ts';
import type { MergedRows, Part } from './merge-rows.ts';
import type { Combination, Operation } from './modes.ts';

/** Numbers of a merged family. */
export interface MergedValues extends Pick<MetricFamily, 'layout' | 'values' | 'absent' | 'remainders'> {
  /** Rows that are shown alone; `undefined` if numbers of several rows are combined. */
  readonly chosen: ChosenRows | undefined;
}

/**
 * Combines the numbers of all parts.
 * @param layout layout of the result; what parts have of it is in every part
 */
export function mergeValues(
  parts: readonly Part[],
  rows: MergedRows,
  combination: Combination,
  layout: Layout,
): MergedValues {
  const operation = operationFor(layout, parts[0]!.family, combination);
  const width = layout.width;
  const values = new Float64Array(rows.size * width);
  const sums = new ExactSums(values);
  const isSum = operation === 'sum' || operation === 'avg';
  // Absent until a row with the number is added.
  const absent = new Uint8Array(values.length).fill(1);
  const chosen = operation === 'newest' ? newestRows(parts, rows) : undefined;
  const counts = operation === 'avg' ? new Uint32Array(rows.size) : undefined;
  parts.forEach(({ family }, part) => {
    const places = rows.rowOf[part]!;
    const numbers = numbersIn(family, layout);
    for (let row = 0; row < family.size; row++) {
      const place = places[row]!;
      if (!isShown(chosen, place, part, row)) continue;
      const to = place * width;
      const from = row * width;
      const { remainders } = numbers;
      for (let i = 0; i < width; i++) {
        if (numbers.absent !== undefined && numbers.absent[from + i] === 1) continue;
        const value = numbers.values[from + i]!;
        if (remainders !== undefined) sums.low[to + i]! += remainders[from + i]!;
        if (absent[to + i] === 1) {
          absent[to + i] = 0;
          values[to + i] = value;
        } else if (isSum) {
          sums.add(to + i, value);
        } else {
          values[to + i] = extreme(operation, values[to + i]!, value);
        }
      }
      if (counts !== undefined) counts[place]!++;
    }
  });
  const rounded = isSum ? sums.round() : undefined;
  // A mean is not merged again.
  const remainders = operation === 'sum' ? rounded : undefined;
  if (counts !== undefined) for (let row = 0; row < rows.size; row++) values[row * width]! /= counts[row]!;
  return { layout, values, ...(absent.includes(1) && { absent }), ...(remainders && { remainders }), chosen };
}

/** Returns the operation for a layout: what is counted is added up, and the states of one member belong together. */
function operationFor(layout: Layout, { type }: MetricFamily, { operation }: Combination): Operation {
  switch (layout.kind) {
    case 'scalar':
      return type === 'info' ? 'newest' : operation;
    case 'state':
      return 'newest';
    default:
      return operation === 'newest' ? operation : 'sum';
  }
}

/** Returns the least or greatest value. A member without a value, NaN, does not hide the other members. */
function extreme(operation: Operation, a: number, b: number): number {
  if (Number.isNaN(a)) return b;
  return (operation === 'min' ? b < a : b > a) ? b : a;
}

/** Sums with twice the digits of a number, so that the result does not depend on the order of the members. */
class ExactSums {
  /** Rounded sums. */
  readonly #high: Float64Array;
  /** Parts of the sums that rounding took away. */
  readonly low: Float64Array;

  constructor(high: Float64Array) {
    this.#high = high;
    this.low = new Float64Array(high.length);
  }

  add(at: number, value: number): void {
    const before = this.#high[at]!;
    const sum = before + value;
    this.#high[at] = sum;
    // Knuth's error of an addition. An infinite sum has none.
    const added = sum - before;
    const error = before - (sum - added) + (value - added);
    if (!Number.isNaN(error)) this.low[at]! += error;
  }

  /** Rounds the sums; returns the parts that rounding took away, or `undefined` if all sums are exact. */
  round(): Float64Array | undefined {
    let isExact = true;
    for (let at = 0; at < this.low.length; at++) {
      const low = this.low[at]!;
      if (low === 0) continue;
      const high = this.#high[at]!;
      const rounded = high + low;
      this.#high[at] = rounded;
      this.low[at] = high - rounded + low;
      if (this.low[at] !== 0) isExact = false;
    }
    return isExact ? undefined : this.low;
  }
}

/** Returns the numbers of a family in a layout, as they are if it has this layout. */
function numbersIn(family: MetricFamily, layout: Layout): Pick<MetricFamily, 'values' | 'absent' | 'remainders'> {
  // A bucket that a row lacks hides counts, which only the next higher bucket has.
  const isIncomplete = layout.kind === 'classic' && family.absent !== undefined;
  if (isSameLayout(family.layout, layout) && !isIncomplete) return family;
  const { width } = layout;
  const values = new Float64Array(family.size * width);
  const absent = new Uint8Array(values.length);
  const set = (at: number, isThere: boolean, value: () => number) => {
    if (isThere) values[at] = value();
    else absent[at] = 1;
  };
  const copy = (row: number, to: number, from: number) =>
    set(row * width + to, hasNumber(family, row, from), () => family.values[row * family.layout.width + from]!);
  const own = family.layout;
  for (let row = 0; row < family.size; row++) {
    if (layout.kind === 'classic' && own.kind === 'classic') {
      setBuckets(family, own, row, layout, values);
      copy(row, layout.sum, own.sum);
      if (layout.count >= 0) {
        set(row * width + layout.count, hasCount(family, own, row), () => totalCount(family, own, row));
      }
    } else if (layout.kind === 'quantile' && own.kind === 'quantile') {
      for (let i = 0; i < layout.quantiles.length; i++) copy(row, i, own.quantiles.indexOf(layout.quantiles[i]!));
      copy(row, layout.sum, own.sum);
      copy(row, layout.count, own.count);
    } else if (layout.kind === 'state' && own.kind === 'state') {
      for (let i = 0; i < width; i++) {
        const from = own.states.indexOf(layout.states[i]!);
        // A state that the member does not know is inactive.
        if (from >= 0) copy(row, i, from);
      }
    } else {
      copy(row, 0, 0);
    }
  }
  return { values, absent };
}

/** Sets the buckets of a row. A bound that the row lacks gets the count of the next lower bound. */
function setBuckets(
  family: MetricFamily,
  own: ClassicLayout,
  row: number,
  layout: ClassicLayout,
  values: Float64Array,
): void {
  let bucket = 0;
  let total = 0;
  let before = 0;
  for (let i = 0; i <= layout.bounds.length; i++) {
    const bound = layout.bounds[i] ?? Infinity;
    for (; bucket <= own.bounds.length && (own.bounds[bucket] ?? Infinity) <= bound; bucket++) {
      if (hasNumber(family, row, bucket)) total = bucketCount(family, own, row, bucket, total);
    }
    values[row * layout.width + i] = layout.cumulative ? total : total - before;
    before = total;
  }
}
