import { describe, expect, test } from 'vitest';
import { firstRows } from './first-rows.ts';

/** Label columns of rows with these ids, by row. */
function columnsOf(dictionaries: string[][], rows: number[][]) {
  return {
    labelNames: dictionaries.map((_, column) => `label${column}`),
    dictionaries,
    size: rows.length,
    labelIds: Int32Array.from(rows.flat()),
  };
}

describe('firstRows', () => {
  test('returns nothing for rows with different labels', () => {
    expect(firstRows(columnsOf([['a', 'b']], [[0], [1], [-1]]), true)).toBeUndefined();
    expect(firstRows(columnsOf([], [[]]), true)).toBeUndefined();
  });

  test('returns the first row with the same labels, also without labels and for equal values of two ids', () => {
    const columns = columnsOf(
      [['a', 'b', 'a'], ['x']],
      [
        [0, 0],
        [1, 0],
        [0, -1],
        [1, 0],
        [2, 0],
        [0, -1],
      ],
    );

    expect(firstRows(columns, true)).toEqual(Int32Array.of(0, 1, 2, 1, 0, 2));
    expect(firstRows(columnsOf([], [[], [], []]), false)).toEqual(Int32Array.of(0, 0, 0));
  });

  test('takes an empty label for an absent label if it should', () => {
    const columns = columnsOf([['', 'a']], [[0], [1], [-1]]);

    expect(firstRows(columns, true)).toEqual(Int32Array.of(0, 1, 0));
    expect(firstRows(columns, false)).toBeUndefined();
  });
});
