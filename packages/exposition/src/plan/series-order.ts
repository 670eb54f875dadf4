import { createFamily, firstRows, type MetricFamily } from '@promwright/model';

/**
 * Order of the rows of a family: `distinct` series; `rising` if all samples of a series are together, at rising times;
 * `scattered` if they are not, but at distinct times; `repeated` if two rows have the same labels and time.
 */
export type SeriesOrder = 'distinct' | 'rising' | 'scattered' | 'repeated';

/** Returns the order of the rows of a family. An empty label equals an absent one. */
export function seriesOrder(family: MetricFamily): SeriesOrder {
  const firsts = firstRows(family, true);
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
  const firsts = firstRows(family, true);
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
