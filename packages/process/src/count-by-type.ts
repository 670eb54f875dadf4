import type { ScalarFamily } from './scalar-family.ts';

/** Far more than Node has; the classes of a program's own may have any names. */
const MAX_TYPES = 50;
const OTHER = '__other__';

/**
 * Counts types into a family with one label. A type that was there once is shown as 0 when it is gone, so that its line in a
 * graph ends at the bottom; types past the fiftieth are `__other__`.
 */
export function countByType(): (types: readonly string[], family: ScalarFamily) => void {
  const counts = new Map<string, number>();
  return (types, family) => {
    for (const type of counts.keys()) counts.set(type, 0);
    for (const type of types) {
      const shown = counts.has(type) || counts.size < MAX_TYPES ? type : OTHER;
      counts.set(shown, (counts.get(shown) ?? 0) + 1);
    }
    for (const [type, count] of counts) family.add(count, type);
  };
}
