import { formatGoFloat, type Layout, type MetricFamily, type MetricType } from '@promwright/model';
import { familiesByName } from './families-by-name.ts';
import { compareText } from './format.ts';

/** Differences between the metrics of two pages. Each list is sorted by name. */
export interface FamiliesDiff {
  readonly added: readonly FamilyTitle[];
  readonly removed: readonly FamilyTitle[];
  readonly changed: readonly FamilyChange[];
}

/** Metric of only one of the pages. */
export interface FamilyTitle {
  readonly name: string;
  readonly type: MetricType;
}

/** Differences of a metric of both pages. Equal properties are absent. */
export interface FamilyChange {
  readonly name: string;
  readonly type?: ValueChange<MetricType>;
  /** Change of the help; the empty string for a metric without help. */
  readonly help?: ValueChange<string>;
  /** Change of the unit; the empty string for a metric without unit. */
  readonly unit?: ValueChange<string>;
  /** Change of label names, of all series together. */
  readonly labels?: SetChange;
  /** Change of the upper bounds of classic buckets, as Prometheus writes them. */
  readonly buckets?: SetChange;
  readonly quantiles?: SetChange;
  readonly states?: SetChange;
}

/** Change of a single value. */
export interface ValueChange<T> {
  readonly from: T;
  readonly to: T;
}

/** Change of a set. */
export interface SetChange {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/**
 * Returns the metrics that were added, removed or changed from one page to another. Values and the number of series are not
 * compared. A metric without series has no known labels and buckets, so its labels and buckets are not compared.
 */
export function diffFamilies(before: Iterable<MetricFamily>, after: Iterable<MetricFamily>): FamiliesDiff {
  const [old, now] = [familiesByName(before), familiesByName(after)];
  const titles = (of: typeof old, without: typeof old) =>
    [...of.values()]
      .filter(([{ name }]) => !without.has(name))
      .map(([{ name, type }]): FamilyTitle => ({ name, type }))
      .sort((a, b) => compareText(a.name, b.name));
  const changed = [...old.keys()].sort(compareText).flatMap((name) => {
    const [a, b] = [old.get(name)!, now.get(name)];
    const change = b && { name, ...changeOf(a, b) };
    return change && Object.keys(change).length > 1 ? [change] : [];
  });
  return { added: titles(now, old), removed: titles(old, now), changed };
}

type Families = readonly [MetricFamily, ...MetricFamily[]];

function changeOf(before: Families, after: Families): Omit<FamilyChange, 'name'> {
  const [[a], [b]] = [before, after];
  const metadata = {
    ...valueChange('type', a.type, b.type),
    ...valueChange('help', a.help ?? '', b.help ?? ''),
    ...valueChange('unit', a.unit ?? '', b.unit ?? ''),
  };
  const hasSeries = ({ size }: MetricFamily) => size > 0;
  if (!before.some(hasSeries) || !after.some(hasSeries)) return metadata;
  const parts = (families: Families, kind: Layout['kind']) =>
    families.flatMap(({ layout }) => (layout.kind === kind ? partsOf(layout) : []));
  const partsOfKind = (kind: Layout['kind']) => [parts(before, kind), parts(after, kind)] as const;
  return {
    ...metadata,
    ...setChange('labels', before.flatMap(usedLabels), after.flatMap(usedLabels)),
    // Metrics of different types have different parts. The property `type` already shows this difference.
    ...(a.type === b.type && {
      ...setChange('buckets', ...partsOfKind('classic')),
      ...setChange('quantiles', ...partsOfKind('quantile')),
      ...setChange('states', ...partsOfKind('state')),
    }),
  };
}

function partsOf(layout: Layout): readonly string[] {
  switch (layout.kind) {
    case 'classic':
      return Array.from(layout.bounds, (bound) => formatGoFloat(bound));
    case 'quantile':
      return Array.from(layout.quantiles, (quantile) => formatGoFloat(quantile));
    case 'state':
      return layout.states;
    case 'scalar':
      return [];
  }
}

/** Returns the names of labels with a value in any series. An empty label is equal to an absent label. */
function usedLabels({ constLabels, dictionaries, labelIds, labelNames, size }: MetricFamily): string[] {
  const width = labelNames.length;
  const isUsed = (column: number) => {
    const empty = dictionaries[column]!.indexOf('');
    for (let at = column; at < size * width; at += width) {
      if (labelIds[at]! >= 0 && labelIds[at] !== empty) return true;
    }
    return false;
  };
  const constant = constLabels.filter(({ value }) => size > 0 && value !== '').map(({ name }) => name);
  return [...constant, ...labelNames.filter((_, column) => isUsed(column))];
}

function valueChange<K extends string, T>(key: K, from: T, to: T): { [P in K]?: ValueChange<T> } {
  return from === to ? {} : ({ [key]: { from, to } } as { [P in K]?: ValueChange<T> });
}

function setChange<K extends string>(
  key: K,
  before: readonly string[],
  after: readonly string[],
): { [P in K]?: SetChange } {
  const [old, now] = [new Set(before), new Set(after)];
  const change: SetChange = {
    added: [...now].filter((item) => !old.has(item)),
    removed: [...old].filter((item) => !now.has(item)),
  };
  const isSame = change.added.length + change.removed.length === 0;
  return isSame ? {} : ({ [key]: change } as { [P in K]?: SetChange });
}
