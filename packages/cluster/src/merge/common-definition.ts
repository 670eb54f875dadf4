import type { ClassicLayout, Layout, MetricFamily, QuantileLayout, StateLayout } from '@promwright/model';

/** Definition in which the series of several members can be merged. */
export interface CommonDefinition {
  readonly layout: Layout;
  /** True if all families have native buckets. */
  readonly hasNative: boolean;
}

/** Returns the parts of a definition that keep a family from being merged with the first family of its name. */
export function incompatibilities(first: MetricFamily, family: MetricFamily): string[] {
  const differences: string[] = [];
  if (family.type !== first.type) differences.push('type');
  if (family.layout.kind !== first.layout.kind) differences.push('layout');
  return differences;
}

/**
 * Returns the definition that all families have in common.
 * @param families compatible families, at least one
 * @param isLive returns true for the family of a live member. Quantiles are of live members only
 * @param onDifference called with the index of each family that differs from the first, and the parts that differ
 */
export function commonDefinition(
  families: readonly MetricFamily[],
  isLive: (index: number) => boolean,
  onDifference: (index: number, differences: readonly string[]) => void,
): CommonDefinition {
  const [first] = families as readonly [MetricFamily, ...MetricFamily[]];
  let { layout } = first;
  families.forEach((family, index) => {
    const differences = differencesOf(first, family);
    if (differences.length > 0) onDifference(index, differences);
    if (layout.kind !== 'quantile' || isLive(index)) layout = commonLayout(layout, family.layout);
  });
  return { layout, hasNative: families.every(({ native }) => native !== undefined) };
}

function differencesOf(first: MetricFamily, family: MetricFamily): string[] {
  const differences: string[] = [];
  if (family.merge !== first.merge) differences.push('merge');
  if (family.scope !== first.scope) differences.push('scope');
  if (family.unit !== first.unit) differences.push('unit');
  const part = { classic: 'bounds', quantile: 'quantiles', state: 'states', scalar: 'numbers' }[family.layout.kind];
  if (!areEqual(partsOf(family.layout), partsOf(first.layout))) differences.push(part);
  if ((family.native === undefined) !== (first.native === undefined)) differences.push('native buckets');
  return differences;
}

/** Returns the parts of a layout that have a number each. */
function partsOf(layout: Layout): ArrayLike<number | string> {
  switch (layout.kind) {
    case 'classic':
      return layout.bounds;
    case 'quantile':
      return layout.quantiles;
    case 'state':
      return layout.states;
    case 'scalar':
      return [];
  }
}

/** Returns the first layout if the second equals it, else a layout with what both have. */
function commonLayout(a: Layout, b: Layout): Layout {
  if (a === b) return a;
  if (a.kind === 'classic' && b.kind === 'classic') return isSameClassic(a, b) ? a : commonClassic(a, b);
  if (a.kind === 'quantile' && b.kind === 'quantile') return isSameQuantile(a, b) ? a : commonQuantiles(a, b);
  if (a.kind === 'state' && b.kind === 'state') return isSameState(a, b) ? a : allStates(a, b);
  return a.width === b.width ? a : { kind: 'scalar', width: 1 };
}

function isSameClassic(a: ClassicLayout, b: ClassicLayout): boolean {
  return (
    a.width === b.width &&
    a.cumulative === b.cumulative &&
    a.sum === b.sum &&
    a.count === b.count &&
    areEqual(a.bounds, b.bounds)
  );
}

function isSameQuantile(a: QuantileLayout, b: QuantileLayout): boolean {
  return a.width === b.width && a.sum === b.sum && a.count === b.count && areEqual(a.quantiles, b.quantiles);
}

function isSameState(a: StateLayout, b: StateLayout): boolean {
  return a.width === b.width && areEqual(a.states, b.states);
}

/** Counts up to a bound are exact in all members only where all have the bound. */
function commonClassic(a: ClassicLayout, b: ClassicLayout): ClassicLayout {
  const bounds = a.bounds.filter((bound) => b.bounds.includes(bound));
  const width = bounds.length + 3;
  return { kind: 'classic', width, bounds, cumulative: true, sum: width - 2, count: width - 1 };
}

function commonQuantiles(a: QuantileLayout, b: QuantileLayout): QuantileLayout {
  const quantiles = a.quantiles.filter((quantile) => b.quantiles.includes(quantile));
  const width = quantiles.length + 2;
  return { kind: 'quantile', width, quantiles, sum: width - 2, count: width - 1 };
}

/** One member's states are shown, so all states have a place. */
function allStates(a: StateLayout, b: StateLayout): StateLayout {
  const states = [...new Set([...a.states, ...b.states])];
  return { kind: 'state', width: states.length, states };
}

/** Returns true if two layouts give each number the same meaning at the same offset. */
export function isSameLayout(a: Layout, b: Layout): boolean {
  if (a === b) return true;
  if (a.kind === 'classic' && b.kind === 'classic') return isSameClassic(a, b);
  if (a.kind === 'quantile' && b.kind === 'quantile') return isSameQuantile(a, b);
  if (a.kind === 'state' && b.kind === 'state') return isSameState(a, b);
  return a.kind === b.kind && a.width === b.width;
}

function areEqual(a: ArrayLike<number | string>, b: ArrayLike<number | string>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
