import { createFamily } from './create-family.ts';
import { describeValue, rangeError, typeError } from './errors.ts';
import { formatLabelValue, type LabelValue } from './label-value.ts';
import type { Layout, MetricFamily, MetricType } from './metric-family.ts';
import { checkLabelName, checkMetricName } from './names.ts';

/** A series as a custom collector gives it: a {@link Row}, where labels and derived numbers may be left out. */
export interface RowInput {
  readonly labels?: Readonly<Record<string, LabelValue>>;
  /** Counters, gauges, infos (default 1) and unknowns. */
  readonly value?: number;
  /** Histograms: cumulative counts. The +Inf bucket may be left out if `count` is given. */
  readonly buckets?: readonly { readonly le: number; readonly count: number }[];
  /** Summaries. */
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
  /** State sets. */
  readonly states?: Readonly<Record<string, boolean>>;
  readonly count?: number;
  readonly sum?: number;
  readonly startMs?: number;
  readonly timestampMs?: number;
}

/** What `familyFromRows` takes. */
export interface FamilyInput {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string;
  readonly unit?: string;
  readonly rows: Iterable<RowInput>;
}

/**
 * Makes a family from rows: for custom collectors, whose numbers live elsewhere. Rows may differ in their label names, and
 * histograms in their bounds. Everything is checked, so that what it returns can be shown in any format.
 *
 * @example
 * familyFromRows({ name: 'pool_connections', type: 'gauge', help: 'Connections.', rows: [
 *   { labels: { state: 'free' }, value: pool.free },
 *   { labels: { state: 'busy' }, value: pool.busy },
 * ] })
 * @throws with code `INVALID_NAME`, `INVALID_LABEL_NAME`, `INVALID_LABEL_VALUE`, or `INVALID_FAMILY` for a row that does
 *   not fit the type, or two rows with the same labels
 */
export function familyFromRows(input: FamilyInput): MetricFamily {
  checkMetricName(input.name);
  const rows = [...input.rows];
  const shape = shapeOf(input, rows);
  const labels = new LabelColumns(input.name);
  const values = new Float64Array(rows.length * shape.layout.width);
  rows.forEach((row, point) => {
    labels.add(row.labels ?? {});
    shape.write(row, values.subarray(point * shape.layout.width, (point + 1) * shape.layout.width));
  });
  const absent = absentSums(rows, shape);
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
    layout: shape.layout,
    ...(absent && { absentSums: absent }),
    ...(startMs && { startMs }),
    ...(timestampMs && { timestampMs }),
  });
}

interface Shape {
  readonly layout: Layout;
  write(row: RowInput, slots: Float64Array): void;
}

function shapeOf(input: FamilyInput, rows: readonly RowInput[]): Shape {
  const { name, type } = input;
  switch (type) {
    case 'histogram':
    case 'gaugehistogram':
      return histogramShape(name, rows);
    case 'summary':
      return summaryShape(name, rows);
    case 'stateset':
      return stateSetShape(name, rows);
    case 'counter':
    case 'gauge':
    case 'info':
    case 'unknown':
      return {
        layout: { kind: 'scalar', width: 1 },
        write(row, slots) {
          const value = type === 'info' ? (row.value ?? 1) : row.value;
          if (typeof value !== 'number') throw wrongRow(name, type, 'needs a number "value"', value);
          if (type === 'counter' && !(value >= 0)) throw wrongRow(name, type, 'cannot be negative or NaN', value);
          slots[0] = value;
        },
      };
    default:
      throw typeError('INVALID_FAMILY', `Family "${name}" must be of a known type; got ${describeValue(type)}`);
  }
}

function histogramShape(name: string, rows: readonly RowInput[]): Shape {
  const bounds = Float64Array.from(
    new Set(rows.flatMap((row) => (row.buckets ?? []).map(({ le }) => le).filter((le) => le !== Infinity))),
  ).sort();
  if (bounds.some((bound) => Number.isNaN(bound)))
    throw wrongRow(name, 'histogram', 'cannot have the bound', Number.NaN);
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
    write(row, slots) {
      slots.fill(Number.NaN, 0, bounds.length);
      let total = row.count;
      for (const { le, count } of row.buckets ?? []) {
        if (!(count >= 0)) throw wrongRow(name, 'histogram', 'cannot have a bucket count of', count);
        if (le === Infinity) total ??= count;
        else slots[bounds.indexOf(le)] = count;
      }
      if (typeof total !== 'number') throw wrongRow(name, 'histogram', 'needs a "count" or a bucket +Inf', total);
      slots[bounds.length] = total;
      let below = 0;
      for (const count of slots.subarray(0, bounds.length + 1)) {
        if (count < below)
          throw wrongRow(name, 'histogram', `has cumulative buckets that fall from ${below} to`, count);
        if (!Number.isNaN(count)) below = count;
      }
      if (sum >= 0) slots[sum] = row.sum ?? 0;
    },
  };
}

function summaryShape(name: string, rows: readonly RowInput[]): Shape {
  const listed = rows.map((row) => (row.quantiles ?? []).map(({ quantile }) => quantile));
  const quantiles = Float64Array.from(new Set(listed.flat())).sort();
  if (quantiles.some((quantile) => !(quantile >= 0 && quantile <= 1))) {
    throw wrongRow(name, 'summary', 'has quantiles outside 0 to 1:', listed.flat().join(', '));
  }
  const count = rows.some((row) => row.count !== undefined) ? quantiles.length : -1;
  const sum = rows.some((row) => row.sum !== undefined) ? quantiles.length + (count < 0 ? 0 : 1) : -1;
  const width = quantiles.length + (count < 0 ? 0 : 1) + (sum < 0 ? 0 : 1);
  return {
    layout: { kind: 'quantile', width, quantiles, count, sum },
    write(row, slots) {
      if ((row.quantiles ?? []).length !== quantiles.length) {
        throw wrongRow(name, 'summary', 'needs the same quantiles in every row; got', row.quantiles);
      }
      for (const { quantile, value } of row.quantiles ?? []) slots[quantiles.indexOf(quantile)] = value;
      if (count >= 0) slots[count] = row.count ?? Number.NaN;
      if (sum >= 0) slots[sum] = row.sum ?? 0;
    },
  };
}

function stateSetShape(name: string, rows: readonly RowInput[]): Shape {
  const states = [...new Set(rows.flatMap((row) => Object.keys(row.states ?? {})))];
  return {
    layout: { kind: 'state', width: states.length, states },
    write(row, slots) {
      if (row.states === undefined) throw wrongRow(name, 'stateset', 'needs "states"', row.states);
      states.forEach((state, i) => {
        slots[i] = row.states?.[state] ? 1 : 0;
      });
    },
  };
}

/** Where only some rows have a sum, which of them do not. */
function absentSums(rows: readonly RowInput[], { layout }: Shape): Uint8Array | undefined {
  const hasSum = (layout.kind === 'classic' || layout.kind === 'quantile') && layout.sum >= 0;
  if (!hasSum || rows.every(({ sum }) => sum !== undefined)) return undefined;
  return Uint8Array.from(rows, ({ sum }) => (sum === undefined ? 1 : 0));
}

function times(rows: readonly RowInput[], key: 'startMs' | 'timestampMs'): Float64Array | undefined {
  if (rows.every((row) => row[key] === undefined)) return undefined;
  return Float64Array.from(rows, (row) => row[key] ?? Number.NaN);
}

function wrongRow(name: string, type: MetricType, rule: string, value: unknown): RangeError {
  return rangeError('INVALID_FAMILY', `A row of ${type} "${name}" ${rule}; got ${describeValue(value)}`);
}

class LabelColumns {
  readonly #metric: string;
  readonly #names: string[] = [];
  readonly #dictionaries: Map<string, number>[] = [];
  readonly #points: number[][] = [];
  readonly #seen = new Set<string>();

  constructor(metric: string) {
    this.#metric = metric;
  }

  add(labels: Readonly<Record<string, LabelValue>>): void {
    const point: number[] = [];
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
      point[column] = id;
    }
    // Ids, not values, make the key: a value can hold any separator. An empty value is an absent label on the wire.
    const key = this.#names.map((_, i) => (this.#isEmpty(i, point[i]) ? '' : point[i])).join();
    const trimmed = key.replace(/,+$/, '');
    if (this.#seen.has(trimmed)) {
      throw rangeError(
        'INVALID_FAMILY',
        `Family "${this.#metric}" must not have two rows with the same labels; got ${JSON.stringify(labels)}`,
      );
    }
    this.#seen.add(trimmed);
    this.#points.push(point);
  }

  columns(): Pick<MetricFamily, 'labelNames' | 'dictionaries' | 'labelIds'> {
    const width = this.#names.length;
    const labelIds = new Int32Array(this.#points.length * width).fill(-1);
    this.#points.forEach((point, i) => {
      point.forEach((id, column) => {
        labelIds[i * width + column] = id;
      });
    });
    return { labelNames: this.#names, dictionaries: this.#dictionaries.map((map) => [...map.keys()]), labelIds };
  }

  #isEmpty(column: number, id: number | undefined): boolean {
    return id === undefined || this.#dictionaries[column]?.get('') === id;
  }
}
