import type { MetricFamily } from '@promwright/model';

/**
 * Returns the families to check. Without `strict`, these are the families that promtool sees in the text: without families that
 * have no series, and without families that a parser made of samples without a place in a histogram or summary, such as a bucket
 * without a bound. promtool counts those samples to the histogram or summary.
 */
export function checkedFamilies(families: Iterable<MetricFamily>, strict: boolean): MetricFamily[] {
  const all = [...families];
  if (strict) return all;
  const owners = new Map<string, MetricFamily>();
  const misplaced = new Set<MetricFamily>();
  const shown = new Set<MetricFamily>();
  for (const family of all) {
    const owner = family.type === 'unknown' && family.help === undefined ? owners.get(family.name) : undefined;
    if (owner !== undefined) {
      misplaced.add(family);
      shown.add(owner);
    } else if (family.size > 0) {
      shown.add(family);
    }
    for (const name of sampleNames(family)) owners.set(name, family);
  }
  return all.filter((family) => shown.has(family) && !misplaced.has(family));
}

function sampleNames({ name, type }: MetricFamily): string[] {
  if (type !== 'histogram' && type !== 'summary') return [];
  const suffixes = type === 'histogram' ? ['', '_bucket', '_count', '_sum'] : ['', '_count', '_sum'];
  return suffixes.map((suffix) => name + suffix);
}
