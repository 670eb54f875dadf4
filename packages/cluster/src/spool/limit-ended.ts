import { createFamily, type MetricFamily } from '@promwright/model';

/** Limit of the series that ended members leave in a family with a series for each member. */
const MAX_SERIES = 1000;

/**
 * Drops the oldest series of families in which each member has series for itself (merge mode `all`), past a limit: a program that
 * restarts its processes all day would else keep the series of them all.
 */
export function limitEnded(families: readonly MetricFamily[]): MetricFamily[] {
  return families.map((family) => (family.merge === 'all' && family.size > MAX_SERIES ? firstSeries(family) : family));
}

/** Newly ended members come first in a merge, so the first series are the newest. */
function firstSeries(family: MetricFamily): MetricFamily {
  const { exemplars: _, native: __, sketch: ___, ...rest } = family;
  return createFamily({ ...rest, size: MAX_SERIES });
}
