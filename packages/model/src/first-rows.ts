import type { MetricFamily } from './metric-family.ts';

/** Label columns of a family. */
type LabelColumns = Pick<MetricFamily, 'labelIds' | 'labelNames' | 'dictionaries' | 'size'>;

/**
 * Returns for each row of a family the first row with the same labels; `undefined` if all rows differ. Works with a hash
 * table of rows: a string key for each of a million series would take more memory than the family.
 * @param emptyIsAbsent true if an empty label equals an absent label, as for a server
 */
export function firstRows(
  { labelIds, labelNames, dictionaries, size }: LabelColumns,
  emptyIsAbsent: boolean,
): Int32Array | undefined {
  if (size < 2) return undefined;
  const width = labelNames.length;
  const ids = dictionaries.map((values) => distinctIds(values, emptyIsAbsent));
  const idAt = (row: number, column: number) => {
    const id = labelIds[row * width + column]!;
    return id < 0 ? -1 : ids[column]![id]!;
  };
  const areEqual = (a: number, b: number) => {
    for (let column = 0; column < width; column++) if (idAt(a, column) !== idAt(b, column)) return false;
    return true;
  };
  // Random, so that no page can be made of labels with equal hashes.
  const seed = Math.floor(Math.random() * 2 ** 32);
  const hash = (row: number) => {
    let mixed = seed;
    for (let column = 0; column < width; column++) {
      mixed = Math.imul(mixed ^ idAt(row, column), 0x01000193);
      // Multiplication carries only upwards: without this line, low bits depend on low bits only.
      mixed ^= mixed >>> 15;
    }
    return mixed >>> 0;
  };
  const mask = 2 ** Math.ceil(Math.log2(size * 2 + 1)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  const firsts = new Int32Array(size);
  let isRepeated = false;
  for (let row = 0; row < size; row++) {
    let slot = hash(row) & mask;
    while (slots[slot]! >= 0 && !areEqual(slots[slot]!, row)) slot = (slot + 1) & mask;
    if (slots[slot]! >= 0) isRepeated = true;
    else slots[slot] = row;
    firsts[row] = slots[slot]!;
  }
  return isRepeated ? firsts : undefined;
}

/** Returns for each value of a dictionary the id of the first equal value; -1 for an empty value that counts as absent. */
function distinctIds(values: readonly string[], emptyIsAbsent: boolean): Int32Array {
  const known = new Map<string, number>(emptyIsAbsent ? [['', -1]] : []);
  return Int32Array.from(values, (value, id) => {
    const first = known.get(value);
    if (first !== undefined) return first;
    known.set(value, id);
    return id;
  });
}
