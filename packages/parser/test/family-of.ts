import {
  type BucketColumns,
  createFamily,
  type Exemplar,
  type HistogramRow,
  type Layout,
  type MetricFamily,
  type MetricType,
  NO_NATIVE,
  type Row,
  type ScalarRow,
  type StateSetRow,
  type SummaryRow,
} from '@promwright/model';

/** Family as tests write and compare it: one object for each row. */
export interface PlainFamily {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string;
  readonly unit?: string;
  readonly rows: readonly Row[];
}

/** Returns a family of any rows, also of rows that `familyFromRows` refuses. */
export function familyOf({ name, type, help, unit, rows }: PlainFamily): MetricFamily {
  const { layout, values, absent } = numbersOf(type, rows);
  const labelNames = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))];
  const dictionaries = labelNames.map((label) => [...new Set(rows.flatMap(({ labels }) => labels[label] ?? []))]);
  const bounds = layout.kind === 'classic' ? [...layout.bounds, Infinity] : [];
  return createFamily({
    name,
    type,
    ...(help !== undefined && { help }),
    ...(unit !== undefined && { unit }),
    constLabels: [],
    labelNames,
    dictionaries,
    size: rows.length,
    labelIds: Int32Array.from(
      rows.flatMap(({ labels }) => labelNames.map((label, i) => dictionaries[i]!.indexOf(labels[label]!))),
    ),
    values,
    layout,
    ...(absent.includes(1) && { absent }),
    ...columnOf('startMs', rows),
    ...columnOf('timestampMs', rows),
    ...(rows.some(({ exemplars }) => exemplars) && {
      exemplars: {
        offsets: offsetsOf(rows.map(({ exemplars = [] }) => exemplars.length)),
        exemplars: rows.flatMap(({ exemplars = [] }) => exemplars.map(({ le: _, ...rest }): Exemplar => rest)),
        buckets: Int32Array.from(
          rows.flatMap(({ exemplars = [] }) => exemplars.map(({ le }) => (le === undefined ? -1 : bounds.indexOf(le)))),
        ),
      },
    }),
    ...nativeOf(rows as readonly HistogramRow[]),
  });
}

function columnOf(key: 'startMs' | 'timestampMs', rows: readonly Row[]) {
  return (
    rows.some((row) => row[key] !== undefined) && { [key]: Float64Array.from(rows, (row) => row[key] ?? Number.NaN) }
  );
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => {
    offsets[i + 1] = offsets[i]! + length;
  });
  return offsets;
}

function numbersOf(
  type: MetricType,
  rows: readonly Row[],
): { layout: Layout; values: Float64Array; absent: Uint8Array } {
  switch (type) {
    case 'histogram':
    case 'gaugehistogram': {
      const histograms = rows as readonly HistogramRow[];
      const bounds = rising(histograms.flatMap(({ buckets }) => buckets.map(({ le }) => le)));
      const all = [...bounds, Infinity];
      return {
        layout: {
          kind: 'classic',
          width: bounds.length + 3,
          bounds,
          cumulative: true,
          sum: bounds.length + 1,
          count: bounds.length + 2,
        },
        ...numberColumns(
          histograms.flatMap(({ buckets, sum, count }) => [
            ...all.map((bound) => buckets.find(({ le }) => le === bound)?.count),
            sum,
            count,
          ]),
        ),
      };
    }
    case 'summary': {
      const summaries = rows as readonly SummaryRow[];
      const quantiles = rising(summaries.flatMap((row) => row.quantiles.map(({ quantile }) => quantile)));
      return {
        layout: {
          kind: 'quantile',
          width: quantiles.length + 2,
          quantiles,
          sum: quantiles.length,
          count: quantiles.length + 1,
        },
        ...numberColumns(
          summaries.flatMap((row) => [
            ...Array.from(quantiles, (q) => row.quantiles.find(({ quantile }) => quantile === q)?.value),
            row.sum,
            row.count,
          ]),
        ),
      };
    }
    case 'stateset': {
      const sets = rows as readonly StateSetRow[];
      const states = [...new Set(sets.flatMap((row) => Object.keys(row.states)))];
      return {
        layout: { kind: 'state', width: states.length, states },
        ...numberColumns(
          sets.flatMap((row) => states.map((state) => (state in row.states ? Number(row.states[state]) : undefined))),
        ),
      };
    }
    default:
      return {
        layout: { kind: 'scalar', width: 1 },
        ...numberColumns((rows as readonly ScalarRow[]).map(({ value }) => value)),
      };
  }
}

/** Returns columns of numbers, of which `undefined` is absent. */
function numberColumns(numbers: readonly (number | undefined)[]): { values: Float64Array; absent: Uint8Array } {
  return {
    values: Float64Array.from(numbers, (number) => number ?? 0),
    absent: Uint8Array.from(numbers, (number) => (number === undefined ? 1 : 0)),
  };
}

/** Returns the numbers in rising order without +Inf, because every histogram has this bucket. */
function rising(numbers: readonly number[]): Float64Array {
  return Float64Array.from(new Set(numbers))
    .sort()
    .filter((bound) => bound !== Infinity);
}

function nativeOf(rows: readonly HistogramRow[]) {
  if (!rows.some(({ native }) => native)) return {};
  const side = (key: 'positive' | 'negative'): BucketColumns => {
    const lists = rows.map(({ native }) => native?.[key] ?? []);
    return {
      offsets: offsetsOf(lists.map(({ length }) => length)),
      indexes: Int32Array.from(lists.flat(), ({ index }) => index),
      counts: Float64Array.from(lists.flat(), ({ count }) => count),
    };
  };
  return {
    native: {
      schemas: Int8Array.from(rows, ({ native }) => native?.schema ?? NO_NATIVE),
      zeroThresholds: Float64Array.from(rows, ({ native }) => native?.zeroThreshold ?? 0),
      zeroCounts: Float64Array.from(rows, ({ native }) => native?.zeroCount ?? 0),
      positive: side('positive'),
      negative: side('negative'),
    },
  };
}
