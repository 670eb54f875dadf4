// A record of a spool file is a list of changes. Each change begins with one of these bytes and the number of the family.

/** New definition of a family, without series; replaces an earlier one. */
export const DEFINE = 1;
/** Further series: new label values, then the label ids. */
export const ADD_SERIES = 2;
/** Numbers of a column that changed, in runs. */
export const SET_NUMBERS = 3;
/** Native buckets of some series. */
export const SET_NATIVE = 4;
/** Sketches of some series. */
export const SET_SKETCHES = 5;
/** Exemplars of some series. */
export const SET_EXEMPLARS = 6;
/** End of a family. */
export const REMOVE = 7;

/** Columns of numbers, by their byte in `SET_NUMBERS`. */
export const NUMBER_COLUMNS = ['values', 'startMs', 'timestampMs', 'updatedMs', 'absent', 'remainders'] as const;
export type NumberColumn = (typeof NUMBER_COLUMNS)[number];

/** Columns with as many numbers for each series as `values`; the others have one. */
export function isWide(column: NumberColumn): boolean {
  return column === 'values' || column === 'absent' || column === 'remainders';
}

/** Number of a new series in a column before it is set. */
export function initialNumber(column: NumberColumn): number {
  return isWide(column) ? 0 : Number.NaN;
}
