import { createFamily } from './create-family.ts';
import { describeValue, rangeError, typeError } from './errors.ts';
import { formatLabelValue, type LabelValue } from './label-value.ts';
import type { Layout, MetricFamily, MetricType } from './metric-family.ts';
import { checkLabelName, checkMetricName } from './names.ts';

/** Series of a custom collector: a {@link Row} in which labels and derived numbers are optional. */
export interface RowInput {
  /** Labels of the series, default none. */
  readonly labels?: Readonly<Record<string, LabelValue>>;
  /** Value of a counter, gauge, info (default 1) or unknown. */
  readonly value?: number;
  /** Cumulative counts of a histogram. With `count`, the +Inf bucket is optional. */
  readonly buckets?: readonly { readonly le: number; readonly count: number }[];
  /** Quantiles of a summary, the same in every row. */
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
  /** States of a state set: true for an active state. */
  readonly states?: Readonly<Record<string, boolean>>;
  /** Number of observations of a histogram or summary. Default for a histogram: the count of its +Inf bucket. */
  readonly count?: number;
  /** Sum of all observations of a histogram or summary. */
  readonly sum?: number;
  /** Start time of the series, in milliseconds since the epoch. */
  readonly startMs?: number;
  /** Time of the observation, in milliseconds since the epoch. */
  readonly timestampMs?: number;
}

/** Argument of {@link familyFromRows}. */
export interface FamilyInput {
  /** Full name of the family, in the classic character set. */
  readonly name: string;
  readonly type: MetricType;
  /** Description for people. */
  readonly help?: string;
  /** Unit in full words, such as `seconds`. */
  readonly unit?: string;
  /** One row for each series. */
  readonly rows: Iterable<RowInput>;
}

/**
 * Creates a family from rows, for custom collectors. Rows may differ in their label names, and histograms in their
 * bounds. Everything is checked, so that every format can show the family.
 *
 * @example
 * familyFromRows({ name: 'pool_connections', type: 'gauge', help: 'Connections.', rows: [
 *   { labels: { state: 'free' }, value: pool.free },
 *   { labels: { state: 'busy' }, value: pool.busy },
 * ] })
 * @throws with code `INVALID_NAME`, `INVALID_LABEL_NAME` or `INVALID_LABEL_VALUE`, or `INVALID_FAMILY` for a row that
 *   does not fit the type, or two rows with the same labels
 */
export function familyFromRows(input: FamilyInput): MetricFamily {
  checkMetricName(input.name);
  const rows = [...input.rows];
  const writer = createWriter(input, rows);
  const labels = new LabelColumnsBuilder(input.name);
  const values = new Float64Array(rows.length * writer.layout.width);
  rows.forEach((row, i) => {
    labels.add(row.labels ?? {});
    writer.write(row, values.subarray(i * writer.layout.width, (i + 1) * writer.layout.width));
  });
  const absent = absentSums(rows, writer);
  const startMs = times(rows, 'startMs');
  const timestampMs = times(rows, 'timestampMs');
  return createFamily({
    name: input.name,
    type: input.type,
    ...(input.help !== undefined && { help: input.help.toWellFormed() }),
    ...(input.unit !== undefined && { unit: input.unit }),
    constLabels: [],
    ...labels.columns(),
    size: rows.length,
    values,
    layout: writer.layout,
    ...(absent && { absentSums: absent }),
    ...(startMs && { startMs }),
    ...(timestampMs && { timestampMs }),
  });
}

/** Writer of rows into the columns of one layout. */
interface RowWriter {
  readonly layout: Layout;
  /** Checks a row and writes its numbers into `numbers`, which has the width of the layout. */
  write(row: RowInput, numbers: Float64Array): void;
}

function createWriter(input: FamilyInput, rows: readonly RowInput[]): RowWriter {
  const { name, type } = input;
  switch (type) {
    case 'histogram':
    case 'gaugehistogram':
      return histogramWriter(name, rows);
    case 'summary':
      return summaryWriter(name, rows);
    case 'stateset':
      return stateSetWriter(name, rows);
    case 'counter':
    case 'gauge':
    case 'info':
    case 'unknown':
      return {
        layout: { kind: 'scalar', width: 1 },
        write(row, numbers) {
          const value = type === 'info' ? (row.value ?? 1) : row.value;
          if (typeof value !== 'number') throw invalidRow(name, type, 'must have a number as "value"', value);
          if (type === 'counter' && !(value >= 0))
            throw invalidRow(name, type, 'must have a "value" that is neither negative nor NaN', value);
          numbers[0] = value;
        },
      };
    default:
      throw typeError('INVALID_FAMILY', `Family "${name}" must be of a known type; got ${describeValue(type)}`);
  }
}

function histogramWriter(name: string, rows: readonly RowInput[]): RowWriter {
  const bounds = Float64Array.from(
    new Set(rows.flatMap((row) => (row.buckets ?? []).map(({ le }) => le).filter((le) => le !== Infinity))),
  ).sort();
  if (bounds.some((bound) => Number.isNaN(bound)))
    throw invalidRow(name, 'histogram', 'must have numbers as bucket bounds', Number.NaN);
  const sum = rows.some((row) => row.sum !== undefined) ? bounds.length + 1 : -1;
  const layout: Layout = {
    kind: 'classic',
    width: bounds.length + (sum < 0 ? 1 : 2),
    bounds,
    cumulative: true,
    sum,
    count: bounds.length,
  };
  return {
    layout,
    write(row, numbers) {
      numbers.fill(Number.NaN, 0, bounds.length);
      let total = row.count;
      for (const { le, count } of row.buckets ?? []) {
        if (!(count >= 0))
          throw invalidRow(name, 'histogram', 'must have bucket counts that are neither negative nor NaN', count);
        if (le === Infinity) total ??= count;
        else numbers[bounds.indexOf(le)] = count;
      }
      if (typeof total !== 'number') throw invalidRow(name, 'histogram', 'must have a "count" or a bucket +Inf', total);
      numbers[bounds.length] = total;
      let below = 0;
      for (const count of numbers.subarray(0, bounds.length + 1)) {
        if (count < below)
          throw invalidRow(
            name,
            'histogram',
            `must have cumulative bucket counts that never fall, here below ${below}`,
            count,
          );
        if (!Number.isNaN(count)) below = count;
      }
      if (sum >= 0) numbers[sum] = row.sum ?? 0;
    },
  };
}

function summaryWriter(name: string, rows: readonly RowInput[]): RowWriter {
  const listed = rows.map((row) => (row.quantiles ?? []).map(({ quantile }) => quantile));
  const quantiles = Float64Array.from(new Set(listed.flat())).sort();
  if (quantiles.some((quantile) => !(quantile >= 0 && quantile <= 1))) {
    throw invalidRow(name, 'summary', 'must have quantiles from 0 to 1', listed.flat().join(', '));
  }
  const count = rows.some((row) => row.count !== undefined) ? quantiles.length : -1;
  const sum = rows.some((row) => row.sum !== undefined) ? quantiles.length + (count < 0 ? 0 : 1) : -1;
  const width = quantiles.length + (count < 0 ? 0 : 1) + (sum < 0 ? 0 : 1);
  return {
    layout: { kind: 'quantile', width, quantiles, count, sum },
    write(row, numbers) {
      if ((row.quantiles ?? []).length !== quantiles.length) {
        throw invalidRow(name, 'summary', 'must have the same quantiles as the other rows', row.quantiles);
      }
      for (const { quantile, value } of row.quantiles ?? []) numbers[quantiles.indexOf(quantile)] = value;
      if (count >= 0) numbers[count] = row.count ?? Number.NaN;
      if (sum >= 0) numbers[sum] = row.sum ?? 0;
    },
  };
}

function stateSetWriter(name: string, rows: readonly RowInput[]): RowWriter {
  const states = [...new Set(rows.flatMap((row) => Object.keys(row.states ?? {})))];
  return {
    layout: { kind: 'state', width: states.length, states },
    write(row, numbers) {
      if (row.states === undefined) throw invalidRow(name, 'stateset', 'must have "states"', row.states);
      states.forEach((state, i) => {
        numbers[i] = row.states?.[state] ? 1 : 0;
      });
    },
  };
}

/** Returns flags for the rows without a sum, or `undefined` if all rows have a sum, or none. */
function absentSums(rows: readonly RowInput[], { layout }: RowWriter): Uint8Array | undefined {
  const hasSum = (layout.kind === 'classic' || layout.kind === 'quantile') && layout.sum >= 0;
  if (!hasSum || rows.every(({ sum }) => sum !== undefined)) return undefined;
  return Uint8Array.from(rows, ({ sum }) => (sum === undefined ? 1 : 0));
}

function times(rows: readonly RowInput[], key: 'startMs' | 'timestampMs'): Float64Array | undefined {
  if (rows.every((row) => row[key] === undefined)) return undefined;
  return Float64Array.from(rows, (row) => row[key] ?? Number.NaN);
}

function invalidRow(name: string, type: MetricType, rule: string, value: unknown): RangeError {
  return rangeError('INVALID_FAMILY', `A row of ${type} "${name}" ${rule}; got ${describeValue(value)}`);
}

/** Builder of the label columns, row by row. */
class LabelColumnsBuilder {
  readonly #metric: string;
  readonly #names: string[] = [];
  /** Ids by value, for each label. */
  readonly #dictionaries: Map<string, number>[] = [];
  /** Ids of each row, by label. */
  readonly #rows: number[][] = [];
  /** Keys of all rows, to find two rows with the same labels. */
  readonly #seen = new Set<string>();

  constructor(metric: string) {
    this.#metric = metric;
  }

  add(labels: Readonly<Record<string, LabelValue>>): void {
    const ids: number[] = [];
    for (const [name, raw] of Object.entries(labels)) {
      let column = this.#names.indexOf(name);
      if (column < 0) {
        checkLabelName(name, this.#metric);
        column = this.#names.push(name) - 1;
        this.#dictionaries.push(new Map());
      }
      const value = formatLabelValue(raw, name, this.#metric);
      const dictionary = this.#dictionaries[column]!;
      let id = dictionary.get(value);
      if (id === undefined) {
        id = dictionary.size;
        dictionary.set(value, id);
      }
      ids[column] = id;
    }
    // The key consists of ids, because values can contain any separator. An empty value equals an absent label.
    const key = this.#names.map((_, i) => (this.#isEmpty(i, ids[i]) ? '' : ids[i])).join();
    const trimmed = key.replace(/,+$/, '');
    if (this.#seen.has(trimmed)) {
      throw rangeError(
        'INVALID_FAMILY',
        `Family "${this.#metric}" must not have two rows with the same labels; got ${JSON.stringify(labels)}`,
      );
    }
    this.#seen.add(trimmed);
    this.#rows.push(ids);
  }

  columns(): Pick<MetricFamily, 'labelNames' | 'dictionaries' | 'labelIds'> {
    const width = this.#names.length;
    const labelIds = new Int32Array(this.#rows.length * width).fill(-1);
    this.#rows.forEach((ids, i) => {
      ids.forEach((id, column) => {
        labelIds[i * width + column] = id;
      });
    });
    return { labelNames: this.#names, dictionaries: this.#dictionaries.map((map) => [...map.keys()]), labelIds };
  }

  #isEmpty(column: number, id: number | undefined): boolean {
    return id === undefined || this.#dictionaries[column]?.get('') === id;
  }
}
