import {
  type BucketColumns,
  type ClassicLayout,
  type MetricFamily,
  type NativeRow,
  NO_NATIVE,
  type QuantileLayout,
  type Row,
  type RowExemplar,
} from './metric-family.ts';
import { bucketCount, hasCount, hasNumber, totalCount } from './read-row.ts';

/**
 * Returns the labels of one series by name, including constant labels, without absent ones. The object has no
 * prototype, so that any label name is safe, and is new at every call, so that a caller may change it. To read labels
 * and numbers, use `MetricFamily.rows()` instead.
 * @param row index of the series in the family
 */
export function labelsOfRow(family: MetricFamily, row: number): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  for (const { name, value } of family.constLabels) labels[name] = value;
  const { labelNames, dictionaries, labelIds } = family;
  for (let i = 0; i < labelNames.length; i++) {
    const id = labelIds[row * labelNames.length + i]!;
    if (id >= 0) labels[labelNames[i]!] = dictionaries[i]![id]!;
  }
  return labels;
}

/** Yields the rows of a family. Each row is created on demand. */
export function* rowsOf(family: MetricFamily): Generator<Row, void, undefined> {
  for (let row = 0; row < family.size; row++) yield rowAt(family, row);
}

function rowAt(family: MetricFamily, row: number): Row {
  const base: {
    labels: Record<string, string>;
    startMs?: number;
    timestampMs?: number;
    exemplars?: readonly RowExemplar[];
  } = { labels: labelsOfRow(family, row) };
  const startMs = family.startMs?.[row];
  if (startMs !== undefined && !Number.isNaN(startMs)) base.startMs = startMs;
  const timestampMs = family.timestampMs?.[row];
  if (timestampMs !== undefined && !Number.isNaN(timestampMs)) base.timestampMs = timestampMs;

  const exemplars = exemplarsAt(family, row);
  if (exemplars.length > 0) base.exemplars = exemplars;

  const { layout, values } = family;
  const start = row * layout.width;
  switch (layout.kind) {
    case 'scalar':
      return { ...base, value: values[start]! };
    case 'classic': {
      const buckets: { le: number; count: number }[] = [];
      let below = 0;
      for (let i = 0; i <= layout.bounds.length; i++) {
        if (!hasNumber(family, row, i)) continue;
        below = bucketCount(family, layout, row, i, below);
        buckets.push({ le: layout.bounds[i] ?? Number.POSITIVE_INFINITY, count: below });
      }
      const count = totalCount(family, layout, row);
      return { ...base, buckets, count, ...optionalSum(family, layout, row), ...nativeAt(family, row) };
    }
    case 'quantile': {
      const quantiles: { quantile: number; value: number }[] = [];
      layout.quantiles.forEach((quantile, i) => {
        if (hasNumber(family, row, i)) quantiles.push({ quantile, value: values[start + i]! });
      });
      return {
        ...base,
        quantiles,
        ...(hasCount(family, layout, row) ? { count: totalCount(family, layout, row) } : {}),
        ...optionalSum(family, layout, row),
      };
    }
    case 'state': {
      const states: Record<string, boolean> = Object.create(null);
      layout.states.forEach((state, i) => {
        if (hasNumber(family, row, i)) states[state] = values[start + i] === 1;
      });
      return { ...base, states };
    }
  }
}

function optionalSum(family: MetricFamily, layout: ClassicLayout | QuantileLayout, row: number): { sum?: number } {
  return hasNumber(family, row, layout.sum) ? { sum: family.values[row * layout.width + layout.sum]! } : {};
}

function exemplarsAt({ exemplars: columns, layout }: MetricFamily, row: number): RowExemplar[] {
  const found: RowExemplar[] = [];
  if (columns === undefined) return found;
  for (let i = columns.offsets[row]!; i < columns.offsets[row + 1]!; i++) {
    const exemplar = columns.exemplars[i]!;
    const bucket = columns.buckets[i]!;
    const inBucket = layout.kind === 'classic' && bucket >= 0;
    found.push(inBucket ? { ...exemplar, le: layout.bounds[bucket] ?? Number.POSITIVE_INFINITY } : exemplar);
  }
  return found;
}

function nativeAt({ native }: MetricFamily, row: number): { native?: NativeRow } {
  if (native === undefined || native.schemas[row] === NO_NATIVE) return {};
  return {
    native: {
      schema: native.schemas[row]!,
      zeroThreshold: native.zeroThresholds[row]!,
      zeroCount: native.zeroCounts[row]!,
      positive: bucketsAt(native.positive, row),
      negative: bucketsAt(native.negative, row),
    },
  };
}

function bucketsAt({ offsets, indexes, counts }: BucketColumns, row: number): { index: number; count: number }[] {
  return Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, i) => {
    const at = offsets[row]! + i;
    return { index: indexes[at]!, count: counts[at]! };
  });
}
