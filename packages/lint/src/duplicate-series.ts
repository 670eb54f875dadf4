import type { MetricFamily } from '@promwright/model';
import { repeatText } from './repeat-text.ts';
import { metricsPerSeries } from './text-view.ts';

export function* duplicateSeries(family: MetricFamily): Iterable<string> {
  yield* repeatText('metric not unique', countDuplicates(family) * metricsPerSeries(family));
}

/**
 * Returns the number of series with the same labels as an earlier series. Uses ids in a hash table of rows: a string
 * key for each of a million series would take more memory than the family.
 * @param absent by label, an id that counts as an absent label
 */
export function countDuplicates({ labelIds, labelNames, size }: MetricFamily, absent: readonly number[] = []): number {
  const width = labelNames.length;
  const idAt = (row: number, column: number) => {
    const id = labelIds[row * width + column]!;
    return id === absent[column] ? -1 : id;
  };
  const sameLabels = (a: number, b: number) => {
    for (let column = 0; column < width; column++) if (idAt(a, column) !== idAt(b, column)) return false;
    return true;
  };
  const hash = (row: number) => {
    let mixed = 0x811c9dc5;
    for (let column = 0; column < width; column++) {
      mixed = Math.imul(mixed ^ idAt(row, column), 0x01000193);
      // Ids are small, and multiplication carries only upwards: without this line, low bits depend on low bits only.
      mixed ^= mixed >>> 15;
    }
    return mixed >>> 0;
  };

  const mask = 2 ** Math.ceil(Math.log2(size * 2 + 1)) - 1;
  const firsts = new Int32Array(mask + 1).fill(-1);
  let duplicates = 0;
  for (let row = 0; row < size; row++) {
    let slot = hash(row) & mask;
    while (firsts[slot]! >= 0 && !sameLabels(firsts[slot]!, row)) slot = (slot + 1) & mask;
    if (firsts[slot]! >= 0) duplicates++;
    else firsts[slot] = row;
  }
  return duplicates;
}
