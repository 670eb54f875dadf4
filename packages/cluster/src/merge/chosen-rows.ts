import type { MergedRows, Part } from './merge-rows.ts';

/** For each merged row, the part and the row of the part whose numbers are shown. */
export interface ChosenRows {
  /** Index of the part. */
  readonly part: Int32Array;
  /** Row in the part's family. */
  readonly row: Int32Array;
}

/**
 * True if a row of a part is shown in its merged row.
 * @param chosen rows that are shown alone; `undefined` if all are shown together
 */
export function isShown(chosen: ChosenRows | undefined, place: number, part: number, row: number): boolean {
  return chosen === undefined || (chosen.part[place] === part && chosen.row[place] === row);
}

/** Chooses for each merged row the row that was updated last; of rows that do not know, the first of a live member. */
export function newestRows(parts: readonly Part[], rows: MergedRows): ChosenRows {
  const part = new Int32Array(rows.size).fill(-1);
  const row = new Int32Array(rows.size);
  const updated = new Float64Array(rows.size).fill(-Infinity);
  const isLive = new Uint8Array(rows.size);
  parts.forEach(({ family: { updatedMs, size }, live }, index) => {
    const places = rows.rowOf[index]!;
    for (let i = 0; i < size; i++) {
      const place = places[i]!;
      const time = updatedMs?.[i] ?? Number.NaN;
      // Never written to.
      const ms = Number.isNaN(time) ? -Infinity : time;
      const isNewer = ms > updated[place]! || (ms === updated[place]! && live && isLive[place] === 0);
      if (part[place]! >= 0 && !isNewer) continue;
      part[place] = index;
      row[place] = i;
      updated[place] = ms;
      isLive[place] = live ? 1 : 0;
    }
  });
  return { part, row };
}
