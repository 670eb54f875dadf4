import type { ScalarFamily } from './scalar-family.ts';

/** Limit of types: far above Node's own, but classes of a program may have any names. */
const MAX_TYPES = 50;
const OTHER = '__other__';

/**
 * Returns a function for counting types into a family with one label. A type is reported as 0 once it is gone, so that
 * its line in a graph falls to zero. Types past the fiftieth are counted as `__other__`.
 */
export function countByType(): (types: readonly string[], family: ScalarFamily) => void {
  const counts = new Map<string, number>();
  return (types, family) => {
    for (const type of counts.keys()) counts.set(type, 0);
    for (const type of types) {
      const label = counts.has(type) || counts.size < MAX_TYPES ? type : OTHER;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    for (const [type, count] of counts) family.add(count, type);
  };
}
