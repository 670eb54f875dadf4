import { timedLibraries } from '../contestants.ts';
import type { Row } from '../group.ts';
import { operationOn } from '../libraries/library.ts';
import { incInTurn } from '../loops.ts';
import { sumOf } from '../measure-time.ts';
import { visitingOrder } from '../visiting-order.ts';

/** Label names of each counter. The number of counters is a power of two, so that the loop takes turns by masking. */
const LABELS_OF_EACH = [
  ['method', 'route', 'status'],
  ['queue', 'outcome'],
  ['host', 'database', 'operation'],
  ['topic', 'partition', 'group'],
  ['cache', 'result'],
  ['tenant', 'plan', 'feature'],
  ['template', 'locale', 'outcome'],
  ['job', 'step', 'result'],
];

const SERIES_OF_EACH = 64;

/**
 * Returns the row of counters with different labels, in turn. With a single counter the compiler can specialise the library's
 * code for one shape of label objects; with many counters the code sees many shapes.
 */
export function manyCountersRow(): Row {
  return {
    title: `inc({2 or 3 labels}), ${LABELS_OF_EACH.length} counters in turn, ${SERIES_OF_EACH} series each`,
    unit: 'ns',
    contestants: timedLibraries(({ counter }) => {
      const instruments = LABELS_OF_EACH.map((labelNames, i) => counter(`counter_${i}_total`, labelNames));
      const sets = LABELS_OF_EACH.map((labelNames) =>
        Array.from({ length: SERIES_OF_EACH }, (_, i) => labels(labelNames, i)),
      );
      instruments.forEach(({ metric }, i) => {
        for (const each of sets[i]!) metric.inc(each);
      });
      const run = incInTurn(
        instruments.map(({ metric }) => metric),
        sets,
        visitingOrder(SERIES_OF_EACH),
      );
      const read = async () => sumOf(await Promise.all(instruments.map((instrument) => instrument.read())));
      const series = LABELS_OF_EACH.length * SERIES_OF_EACH;
      return operationOn(read, run, series, series);
    }),
    targets: [],
  };
}

/** Returns the labels of a series: the first label has 16 values, the others 2 each. */
function labels(names: readonly string[], series: number): Record<string, string> {
  return Object.fromEntries(
    names.map((name, i) => [
      name,
      `${name}-${i === 0 ? series % 16 : (series >> (3 + i)) & (names.length === 2 ? 3 : 1)}`,
    ]),
  );
}
