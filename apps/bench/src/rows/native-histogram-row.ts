import { timedContestant, timedLibraries } from '../contestants.ts';
import { requestDurations } from '../durations.ts';
import type { Row } from '../group.ts';
import { fewLabelSets, LABEL_NAMES } from '../label-sets.ts';
import { operationOn } from '../libraries/library.ts';
import { official } from '../libraries/prom-family.ts';
import { nativeHistogram, promwright, reading } from '../libraries/promwright.ts';
import { observeHeld } from '../loops.ts';
import { visitingOrder } from '../visiting-order.ts';

/** Returns the row of a native histogram of Promwright and classic histograms of the others, which have no native histograms. */
export function nativeHistogramRow(): Row {
  const [, ...others] = timedLibraries(({ histogram }) => {
    const sets = fewLabelSets();
    const { metric, read } = histogram(LABEL_NAMES);
    const series = sets.map((labels) => metric.labels(labels));
    for (const each of series) each.observe(1);
    const run = observeHeld(series, requestDurations(), visitingOrder(sets.length));
    return operationOn(read, run, sets.length, sets.length);
  });
  return {
    title: 'observe() on a held series, ours native, theirs classic, 180 label sets',
    unit: 'ns',
    contestants: [
      timedContestant(promwright.name, async () => {
        const sets = fewLabelSets();
        const metric = await nativeHistogram();
        const series = sets.map((labels) => metric.labels(labels));
        const run = observeHeld(series, requestDurations(), visitingOrder(sets.length));
        return operationOn(() => reading(metric.collect()), run, sets.length);
      }),
      ...others,
    ],
    targets: [{ kind: 'at-least', against: official.name, times: 10 }],
  };
}
