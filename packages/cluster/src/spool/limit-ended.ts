import { createFamily, type MetricFamily } from '@promwright/model';
import { mergeFamilies } from '../merge/merge-families.ts';

/** Limit of the gauges that ended members leave with a series for each member. */
const MAX_MEMBERS = 1000;
/** Limit of the series of a family, as in one process. */
const MAX_SERIES = 100_000;
/** Value of all labels past the limit, as in one process. */
const OTHER = '__other__';

/**
 * Limits the series that ended members leave, whose labels may be different in each process. Gauges of the merge mode `all` past the
 * limit are dropped, the oldest first; the counts of other series past the limit are added up in one series.
 */
export function limitEnded(families: readonly MetricFamily[], maxSeries: number = MAX_SERIES): MetricFamily[] {
  return families.flatMap((family) => {
    if (family.merge === 'all' && family.type === 'gauge') return firstSeries(family, MAX_MEMBERS);
    return family.size > maxSeries ? withOther(family, maxSeries) : family;
  });
}

/** Newly ended members come first in a merge, so the first series are the newest. */
function firstSeries(family: MetricFamily, size: number): MetricFamily {
  return family.size > size ? createFamily({ ...family, size }) : family;
}

function withOther(family: MetricFamily, maxSeries: number): MetricFamily[] {
  const width = family.labelNames.length;
  const dictionaries = family.dictionaries.map((values) => [...values, OTHER]);
  const labelIds = family.labelIds.slice();
  for (let at = maxSeries * width; at < family.size * width; at++) labelIds[at] = dictionaries[at % width]!.length - 1;
  return mergeFamilies([{ id: '', live: false, families: [createFamily({ ...family, dictionaries, labelIds })] }]);
}
