import type { MetricFamily } from '@promwright/model';
import { type ChosenRows, isShown } from './chosen-rows.ts';
import type { MergedRows, Part } from './merge-rows.ts';

type TimeColumn = 'startMs' | 'timestampMs' | 'updatedMs';

/** Merges the times: the earliest start, and the latest timestamp and update. */
export function mergeTimes(
  parts: readonly Part[],
  rows: MergedRows,
  chosen: ChosenRows | undefined,
): Partial<Pick<MetricFamily, TimeColumn>> {
  return {
    ...mergeColumn(parts, rows, chosen, 'startMs', (a, b) => a < b),
    ...mergeColumn(parts, rows, chosen, 'timestampMs', (a, b) => a > b),
    ...mergeColumn(parts, rows, chosen, 'updatedMs', (a, b) => a > b),
  };
}

function mergeColumn(
  parts: readonly Part[],
  rows: MergedRows,
  chosen: ChosenRows | undefined,
  name: TimeColumn,
  isBetter: (a: number, b: number) => boolean,
): Partial<Pick<MetricFamily, TimeColumn>> {
  if (parts.every(({ family }) => family[name] === undefined)) return {};
  const merged = new Float64Array(rows.size).fill(Number.NaN);
  parts.forEach(({ family }, part) => {
    const times = family[name];
    if (times === undefined) return;
    const places = rows.rowOf[part]!;
    for (let row = 0; row < family.size; row++) {
      const place = places[row]!;
      if (!isShown(chosen, place, part, row)) continue;
      const time = times[row]!;
      if (Number.isNaN(merged[place]!) || isBetter(time, merged[place]!)) merged[place] = time;
    }
  });
  return { [name]: merged };
}
