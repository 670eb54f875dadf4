import type { Collector } from '@promwright/model';

/** A metric that is left out as long as some of its numbers are none, as the quantiles of a summary that has seen nothing. */
export function withoutNaN(metric: Required<Pick<Collector, 'families'>> & Collector): Collector {
  return {
    families: metric.families,
    collect(context) {
      const families = metric.collect(context) as Awaited<ReturnType<Collector['collect']>>;
      return families.filter(({ values }) => !values.some(Number.isNaN));
    },
  };
}
