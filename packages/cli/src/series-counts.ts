import { hasCount, hasNumber, type MetricFamily, type MetricType, NO_NATIVE } from '@promwright/model';
import { compareText } from './format.ts';

/** Number of series that a server stores for a page, by metric and label. */
export interface SeriesCounts {
  readonly series: number;
  /** Metrics, sorted by number of series, the largest first. */
  readonly metrics: readonly MetricCount[];
  /** Labels, sorted by number of values, the largest first. */
  readonly labels: readonly LabelCount[];
}

/** Counts of one metric. */
export interface MetricCount {
  readonly name: string;
  readonly type: MetricType;
  readonly series: number;
  /** Labels of the metric, sorted by number of values, the largest first. */
  readonly labels: readonly { readonly name: string; readonly values: number }[];
}

/** Counts of one label in all metrics together. */
export interface LabelCount {
  readonly name: string;
  /** Number of distinct values. */
  readonly values: number;
  /** Number of series with the label. */
  readonly series: number;
}

/**
 * Counts series as a server stores them: each bucket, sum, count and quantile is one series, and so is a native histogram
 * without classic buckets. `le` and `quantile` count as labels.
 */
export function seriesCounts(families: Iterable<MetricFamily>): SeriesCounts {
  const metrics = new Map<string, MetricTally>();
  for (const family of families) {
    const tally = metrics.get(family.name) ?? new MetricTally(family);
    metrics.set(family.name, tally);
    tally.add(family);
  }
  const all = new LabelTally();
  for (const { labels } of metrics.values()) all.addAll(labels);
  const counted = [...metrics.values()].map((tally) => tally.count());
  return {
    series: counted.reduce((sum, { series }) => sum + series, 0),
    metrics: counted.sort((a, b) => b.series - a.series || compareText(a.name, b.name)),
    labels: all.counts(),
  };
}

/** Values and number of series of labels. */
class LabelTally {
  readonly #labels = new Map<string, { readonly values: Set<string>; series: number }>();

  add(name: string, values: Iterable<string>, series: number): void {
    const label = this.#labels.get(name) ?? { values: new Set(), series: 0 };
    this.#labels.set(name, label);
    for (const value of values) label.values.add(value);
    label.series += series;
  }

  addAll(other: LabelTally): void {
    for (const [name, { values, series }] of other.#labels) this.add(name, values, series);
  }

  counts(): LabelCount[] {
    return [...this.#labels]
      .map(([name, { values, series }]) => ({ name, values: values.size, series }))
      .sort((a, b) => b.values - a.values || b.series - a.series || compareText(a.name, b.name));
  }
}

/** Counts of all families with one name. */
class MetricTally {
  readonly labels = new LabelTally();
  readonly #name: string;
  readonly #type: MetricType;
  #series = 0;

  constructor({ name, type }: MetricFamily) {
    this.#name = name;
    this.#type = type;
  }

  add(family: MetricFamily): void {
    const { constLabels, dictionaries, labelIds, labelNames, size } = family;
    const width = labelNames.length;
    const stored = Float64Array.from({ length: size }, (_, row) => storedSeries(family, row));
    const series = stored.reduce((sum, count) => sum + count, 0);
    this.#series += series;
    if (size === 0) return;
    for (const { name, value } of constLabels) if (value !== '') this.labels.add(name, [value], series);
    for (let column = 0; column < width; column++) {
      const used = new Set<string>();
      let having = 0;
      for (let row = 0; row < size; row++) {
        const value = dictionaries[column]![labelIds[row * width + column]!];
        // An empty label is equal to an absent label.
        if (value === undefined || value === '') continue;
        used.add(value);
        having += stored[row]!;
      }
      if (having > 0) this.labels.add(labelNames[column]!, used, having);
    }
    this.#addPartLabel(family);
  }

  /** Adds the label of the parts of a histogram, summary or state set: `le`, `quantile`, or the name of the family. */
  #addPartLabel(family: MetricFamily): void {
    const { layout, name, size } = family;
    if (layout.kind === 'scalar') return;
    const label = layout.kind === 'classic' ? 'le' : layout.kind === 'quantile' ? 'quantile' : name;
    const values = layout.kind === 'state' ? layout.states : partLabelValues(family);
    let series = 0;
    for (let row = 0; row < size; row++) series += partCount(family, row);
    if (series > 0) this.labels.add(label, values, series);
  }

  count(): MetricCount {
    const labels = this.labels.counts().map(({ name, values }) => ({ name, values }));
    return { name: this.#name, type: this.#type, series: this.#series, labels };
  }
}

function partLabelValues({ layout }: MetricFamily): string[] {
  if (layout.kind === 'classic') return [...layout.bounds, Number.POSITIVE_INFINITY].map(String);
  return layout.kind === 'quantile' ? Array.from(layout.quantiles, String) : [];
}

/** Returns the number of series that a server stores for one row of a family. */
function storedSeries(family: MetricFamily, row: number): number {
  const { layout } = family;
  if (isOnlyNative(family, row) || layout.kind === 'scalar') return 1;
  if (layout.kind === 'state') return partCount(family, row);
  const sum = hasNumber(family, row, layout.sum) ? 1 : 0;
  const count = hasCount(family, layout, row) ? 1 : 0;
  return partCount(family, row) + sum + count;
}

/** Returns the number of buckets, quantiles or states of one row. */
function partCount(family: MetricFamily, row: number): number {
  const { layout } = family;
  switch (layout.kind) {
    case 'scalar':
      return 0;
    case 'state':
      return presentCount(family, row, layout.states.length);
    case 'quantile':
      return presentCount(family, row, layout.quantiles.length);
    case 'classic':
      return isOnlyNative(family, row) ? 0 : presentCount(family, row, layout.bounds.length + 1);
  }
}

/** Returns how many of the first `length` numbers a row has. */
function presentCount(family: MetricFamily, row: number, length: number): number {
  let present = 0;
  for (let i = 0; i < length; i++) if (hasNumber(family, row, i)) present++;
  return present;
}

function isOnlyNative({ layout, native }: MetricFamily, row: number): boolean {
  return (
    layout.kind === 'classic' && layout.bounds.length === 0 && native !== undefined && native.schemas[row] !== NO_NATIVE
  );
}
