import type { MetricFamily } from '@promwright/model';

/** Groups families by name, in order. A protobuf page may contain several families with the same name. */
export function familiesByName(families: Iterable<MetricFamily>): Map<string, [MetricFamily, ...MetricFamily[]]> {
  const found = new Map<string, [MetricFamily, ...MetricFamily[]]>();
  for (const family of families) {
    const known = found.get(family.name);
    if (known === undefined) found.set(family.name, [family]);
    else known.push(family);
  }
  return found;
}
