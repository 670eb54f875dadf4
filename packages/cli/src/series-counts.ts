import { type MetricFamily, type MetricType, NO_NATIVE } from '@promwright/model';
import { compareText } from './format.ts';

/** How many series a server stores of a page, and which metrics and labels they are of. */
export interface SeriesCounts {
  readonly series: number;
  /** Those with the most series first. */
  readonly metrics: readonly MetricCount[];
  /** Those with the most values first. */
  readonly labels: readonly LabelCount[];
}

/** What one metric holds. */
export interface MetricCount {
  readonly name: string;
  readonly type: MetricType;
  readonly series: number;
  /** Those with the most values first. */
  readonly labels: readonly { readonly name: string; readonly values: number }[];
}

/** What one label holds in all metrics together. */
export interface LabelCount {
  readonly name: string;
  /** Distinct values. */
  readonly values: number;
  /** Series that have the label. */
  readonly series: number;
}

/**
 * Counts series as a server stores them: each bucket, sum, count and quantile is one, and so is a native histogram without
 * classic buckets. `le` and `quantile` count as the labels that they are then.
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

/** Values and series of labels. */
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

/** What was counted of the families of one name. */
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
    const parts = Float64Array.from({ length: size }, (_, row) => storedSeries(family, row));
    const series = parts.reduce((sum, count) => sum + count, 0);
    this.#series += series;
    if (size === 0) return;
    for (const { name, value } of constLabels) if (value !== '') this.labels.add(name, [value], series);
    for (let column = 0; column < width; column++) {
      const used = new Set<string>();
      let having = 0;
      for (let row = 0; row < size; row++) {
        const value = dictionaries[column]![labelIds[row * width + column]!];
        // An empty label is the same as none.
        if (value === undefined || value === '') continue;
        used.add(value);
        having += parts[row]!;
      }
      if (having > 0) this.labels.add(labelNames[column]!, used, having);
    }
    this.#addPartLabel(family);
  }

  /** The label by which the series of one histogram, summary or state set differ. */
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

/** How many series one series of a family is to the server. */
function storedSeries(family: MetricFamily, row: number): number {
  const { layout, values, absentSums } = family;
  if (isOnlyNative(family, row) || layout.kind === 'scalar') return 1;
  if (layout.kind === 'state') return layout.width;
  const sum = layout.sum >= 0 && absentSums?.[row] !== 1 ? 1 : 0;
  const hasCount =
    layout.kind === 'classic' || (layout.count >= 0 && !Number.isNaN(values[row * layout.width + layout.count]!));
  return partCount(family, row) + sum + (hasCount ? 1 : 0);
}

/** Buckets, quantiles or states of one series. */
function partCount(family: MetricFamily, row: number): number {
  const { layout, values } = family;
  switch (layout.kind) {
    case 'scalar':
      return 0;
    case 'state':
      return layout.states.length;
    case 'quantile':
      return layout.quantiles.length;
    case 'classic': {
      if (isOnlyNative(family, row)) return 0;
      let buckets = 0;
      for (let i = 0; i <= layout.bounds.length; i++) {
        if (!Number.isNaN(values[row * layout.width + i]!)) buckets++;
      }
      return buckets;
    }
  }
}

function isOnlyNative({ layout, native }: MetricFamily, row: number): boolean {
  return (
    layout.kind === 'classic' && layout.bounds.length === 0 && native !== undefined && native.schemas[row] !== NO_NATIVE
  );
}
