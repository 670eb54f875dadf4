import { createFamily, type MetricFamily } from '@promwright/model';

/**
 * Order of the rows of a family: `distinct` series; `rising` if all samples of a series are together, at rising times;
 * `scattered` if they are not, but at distinct times; `repeated` if two rows have the same labels and time.
 */
export type SeriesOrder = 'distinct' | 'rising' | 'scattered' | 'repeated';

/** Returns the order of the rows of a family. An empty label equals an absent one. */
export function seriesOrder(family: MetricFamily): SeriesOrder {
  const firsts = firstRows(family);
  if (firsts === undefined) return 'distinct';
  const { timestampMs } = family;
  const order = groupedRows(family, firsts);
  let isSorted = true;
  for (let i = 0; i < order.length; i++) {
    if (order[i] !== i) isSorted = false;
    if (i === 0 || firsts[order[i]!] !== firsts[order[i - 1]!]) continue;
    const [before, time] = [timestampMs?.[order[i - 1]!] ?? Number.NaN, timestampMs?.[order[i]!] ?? Number.NaN];
    if (!(time > before)) return 'repeated';
  }
  return isSorted ? 'rising' : 'scattered';
}

/** Returns a family of single numbers with all samples of a series together, at rising times. */
export function groupSeries(family: MetricFamily): MetricFamily {
  const firsts = firstRows(family);
  if (firsts === undefined) return family;
  const { labelIds, labelNames, values, timestampMs } = family;
  const order = groupedRows(family, firsts);
  const width = labelNames.length;
  const ids = new Int32Array(labelIds.length);
  order.forEach((row, i) => {
    ids.set(labelIds.subarray(row * width, (row + 1) * width), i * width);
  });
  return createFamily({
    ...family,
    labelIds: ids,
    values: Float64Array.from(order, (row) => values[row]!),
    ...(timestampMs !== undefined && { timestampMs: Float64Array.from(order, (row) => timestampMs[row]!) }),
  });
}

/** Returns the rows by series, in the order of the first row of each series, and by time within a series. */
function groupedRows({ timestampMs }: MetricFamily, firsts: Int32Array): Int32Array {
  const order = Int32Array.from(firsts, (_, row) => row);
  const time = (row: number) => timestampMs?.[row] ?? Number.NaN;
  // Sorting is stable; without both times, rows stay in order.
  return order.sort((a, b) => firsts[a]! - firsts[b]! || time(a) - time(b) || a - b);
}

/** Returns for each row the first row with the same labels; `undefined` if all rows differ. */
function firstRows({ labelIds, labelNames, dictionaries, size }: MetricFamily): Int32Array | undefined {
  if (size < 2) return undefined;
  const width = labelNames.length;
  const ids = distinctIds(dictionaries);
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

/** Returns for each dictionary the ids of equal values as one id; -1 for an empty value, which equals an absent label. */
function distinctIds(dictionaries: readonly (readonly string[])[]): Int32Array[] {
  return dictionaries.map((values) => {
    const known = new Map<string, number>([['', -1]]);
    return Int32Array.from(values, (value, id) => {
      const first = known.get(value);
      if (first !== undefined) return first;
      known.set(value, id);
      return id;
    });
  });
}
