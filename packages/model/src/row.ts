import { labelsAt } from './labels-at.ts';
import { type BucketColumns, type Exemplar, type MetricFamily, NO_NATIVE } from './metric-family.ts';

/** One series of a family. Which of the four it is follows from the family's type. */
export type Row = ScalarRow | HistogramRow | SummaryRow | StateSetRow;

/** What every row has. */
export interface RowBase {
  /** All labels of the series, constant ones included; has no prototype, so that any label name is safe. */
  readonly labels: Readonly<Record<string, string>>;
  /** When the series began to count, in milliseconds since the epoch. */
  readonly startMs?: number;
  /** When the value was observed, in milliseconds since the epoch. */
  readonly timestampMs?: number;
  readonly exemplars?: readonly RowExemplar[];
}

/** An exemplar of a row; of a classic histogram it says to which bucket it belongs. */
export interface RowExemplar extends Exemplar {
  /** Upper bound of the classic bucket; absent for counters and native buckets. */
  readonly le?: number;
}

/** A native histogram of a row. */
export interface NativeRow {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** Counts of each bucket alone, by rising index. */
  readonly positive: readonly { readonly index: number; readonly count: number }[];
  readonly negative: readonly { readonly index: number; readonly count: number }[];
}

/** A series of a counter, gauge, info (value 1) or unknown. */
export interface ScalarRow extends RowBase {
  readonly value: number;
}

/** A series of a histogram or gauge histogram. */
export interface HistogramRow extends RowBase {
  /** Cumulative counts by rising upper bound; the last one has `le: Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  readonly count: number;
  readonly sum?: number;
  readonly native?: NativeRow;
}

/** A series of a summary. */
export interface SummaryRow extends RowBase {
  readonly quantiles: readonly { readonly quantile: number; readonly value: number }[];
  readonly count?: number;
  readonly sum?: number;
}

/** A series of a state set. */
export interface StateSetRow extends RowBase {
  readonly states: Readonly<Record<string, boolean>>;
}

/** The rows of a family, each made when it is asked for. */
export function* rowsOf(family: MetricFamily): Generator<Row, void, undefined> {
  for (let point = 0; point < family.size; point++) yield rowAt(family, point);
}

function rowAt(family: MetricFamily, point: number): Row {
  const base: {
    labels: Record<string, string>;
    startMs?: number;
    timestampMs?: number;
    exemplars?: readonly RowExemplar[];
  } = { labels: labelsAt(family, point) };
  const startMs = family.startMs?.[point];
  if (startMs !== undefined && !Number.isNaN(startMs)) base.startMs = startMs;
  const timestampMs = family.timestampMs?.[point];
  if (timestampMs !== undefined && !Number.isNaN(timestampMs)) base.timestampMs = timestampMs;

  const exemplars = exemplarsAt(family, point);
  if (exemplars.length > 0) base.exemplars = exemplars;

  const { layout, values } = family;
  const start = point * layout.width;
  const sumOf = (offset: number) =>
    offset < 0 || family.absentSums?.[point] === 1 ? undefined : values[start + offset]!;
  const countOf = (offset: number) => {
    const count = offset < 0 ? Number.NaN : values[start + offset]!;
    return Number.isNaN(count) ? undefined : count;
  };
  switch (layout.kind) {
    case 'scalar':
      return { ...base, value: values[start]! };
    case 'classic': {
      const buckets: { le: number; count: number }[] = [];
      let total = 0;
      for (let i = 0; i <= layout.bounds.length; i++) {
        const stored = values[start + i]!;
        if (Number.isNaN(stored)) continue;
        total = layout.cumulative ? stored : total + stored;
        buckets.push({ le: layout.bounds[i] ?? Number.POSITIVE_INFINITY, count: total });
      }
      return {
        ...base,
        buckets,
        count: countOf(layout.count) ?? total,
        ...defined('sum', sumOf(layout.sum)),
        ...nativeAt(family, point),
      };
    }
    case 'quantile':
      return {
        ...base,
        quantiles: Array.from(layout.quantiles, (quantile, i) => ({ quantile, value: values[start + i]! })),
        ...defined('count', countOf(layout.count)),
        ...defined('sum', sumOf(layout.sum)),
      };
    case 'state': {
      const states: Record<string, boolean> = Object.create(null);
      layout.states.forEach((state, i) => {
        states[state] = values[start + i] === 1;
      });
      return { ...base, states };
    }
  }
}

function exemplarsAt({ exemplars: columns, layout }: MetricFamily, point: number): RowExemplar[] {
  const found: RowExemplar[] = [];
  if (columns === undefined) return found;
  for (let i = columns.offsets[point]!; i < columns.offsets[point + 1]!; i++) {
    const exemplar = columns.exemplars[i]!;
    const bucket = columns.buckets[i]!;
    const inBucket = layout.kind === 'classic' && bucket >= 0;
    found.push(inBucket ? { ...exemplar, le: layout.bounds[bucket] ?? Number.POSITIVE_INFINITY } : exemplar);
  }
  return found;
}

function nativeAt({ native }: MetricFamily, point: number): { native?: NativeRow } {
  if (native === undefined || native.schemas[point] === NO_NATIVE) return {};
  return {
    native: {
      schema: native.schemas[point]!,
      zeroThreshold: native.zeroThresholds[point]!,
      zeroCount: native.zeroCounts[point]!,
      positive: bucketsAt(native.positive, point),
      negative: bucketsAt(native.negative, point),
    },
  };
}

function bucketsAt({ offsets, indexes, counts }: BucketColumns, point: number): { index: number; count: number }[] {
  return Array.from({ length: offsets[point + 1]! - offsets[point]! }, (_, i) => {
    const at = offsets[point]! + i;
    return { index: indexes[at]!, count: counts[at]! };
  });
}

function defined<K extends string>(key: K, value: number | undefined): { [P in K]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: number });
}
