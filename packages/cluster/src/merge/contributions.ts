import { type ChosenRows, isShown } from './chosen-rows.ts';
import type { MergedRows, Part } from './merge-rows.ts';

/** Rows that a merged row consists of: those from `offsets[place]` (inclusive) to `offsets[place + 1]` (exclusive). */
export interface Contributions {
  readonly offsets: Int32Array;
  /** Index of the part of each row. */
  readonly part: Int32Array;
  /** Row in the part's family. */
  readonly row: Int32Array;
}

/**
 * Returns the rows that each merged row consists of.
 * @param isUsed returns false for a part to leave out
 */
export function contributionsOf(
  parts: readonly Part[],
  rows: MergedRows,
  chosen: ChosenRows | undefined,
  isUsed: (part: Part) => boolean,
): Contributions {
  const offsets = new Int32Array(rows.size + 1);
  const each = (visit: (place: number, part: number, row: number) => void) => {
    parts.forEach((part, index) => {
      if (!isUsed(part)) return;
      const places = rows.rowOf[index]!;
      for (let row = 0; row < places.length; row++) {
        const place = places[row]!;
        if (isShown(chosen, place, index, row)) visit(place, index, row);
      }
    });
  };
  each((place) => {
    offsets[place + 1]!++;
  });
  for (let place = 0; place < rows.size; place++) offsets[place + 1]! += offsets[place]!;
  const next = offsets.slice();
  const part = new Int32Array(offsets[rows.size]!);
  const row = new Int32Array(part.length);
  each((place, index, at) => {
    const to = next[place]!++;
    part[to] = index;
    row[to] = at;
  });
  return { offsets, part, row };
}
