import { checkDescription } from './check-family.ts';
import { checkOptionNames } from './check-option-names.ts';
import { createFamily } from './create-family.ts';
import { describeValue, rangeError, typeError } from './errors.ts';
import { isLabelObject } from './is-label-object.ts';
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
  /** Quantiles of a summary. */
  readonly quantiles?: readonly { readonly quantile: number; readonly value: number }[];
  /** States of a state set: true for an active state. A state of other rows only is inactive. */
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
 * Creates a family from rows, for custom collectors. Rows may differ in their label names, histograms in their bounds
 * and summaries in their quantiles. Everything is checked that no format can show.
 *
 * @example
 * familyFromRows({ name: 'pool_connections', type: 'gauge', help: 'Connections.', rows: [
 *   { labels: { state: 'free' }, value: pool.free },
 *   { labels: { state: 'busy' }, value: pool.busy },
 * ] })
 * @throws with code `INVALID_NAME`, `INVALID_LABEL_NAME` or `INVALID_LABEL_VALUE`, or `INVALID_FAMILY` for a row that
 *   does not fit the type, or two rows with the same labels; `INVALID_OPTION` for an unknown property of `input`
 */
export function familyFromRows(input: FamilyInput): MetricFamily {
  checkOptionNames('familyFromRows', input, INPUT_NAMES, { labelNames: 'put the labels into the rows' });
  checkMetricName(input.name);
  checkDescription(input);
  const rows = rowsOf(input);
  const writer = createWriter(input, rows);
  const labels = new LabelColumnsBuilder(input.name);
  const { width } = writer.layout;
  const values = new Float64Array(rows.length * width);
  const absent = new Uint8Array(rows.length * width);
  rows.forEach((row, i) => {
    labels.add(row.labels ?? {});
    const [start, end] = [i * width, (i + 1) * width];
    writer.write(row, values.subarray(start, end), absent.subarray(start, end));
  });
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
    ...(absent.includes(1) && { absent }),
    ...(startMs && { startMs }),
    ...(timestampMs && { timestampMs }),
  });
}

const INPUT_NAMES: readonly string[] = Object.keys({
  name: true,
  type: true,
  help: true,
  unit: true,
  rows: true,
} satisfies Record<keyof FamilyInput, true>);

/** Writer of rows into the columns of one layout. */
interface RowWriter {
  readonly layout: Layout;
  /**
   * Checks a row and writes its numbers into `numbers`, which has the width of the layout, like `absent`.
   * @param absent gets 1 for each number that the row lacks
   */
  write(row: RowInput, numbers: Float64Array, absent: Uint8Array): void;
}

/** Returns the rows as an array, after the checks that all types share. */
function rowsOf(input: FamilyInput): readonly RowInput[] {
  const { name, rows } = input;
  if (typeof rows !== 'object' || typeof rows?.[Symbol.iterator] !== 'function') {
    throw typeError('INVALID_FAMILY', `Family "${name}" must have an iterable of rows; got ${describeValue(rows)}`);
  }
  const all = [...rows];
  for (const row of all) checkRow(input, row);
  return all;
}

/** Checks the kinds of the values of a row: a typed array would turn anything into a number, and a map has no labels. */
function checkRow({ name, type }: FamilyInput, row: RowInput): void {
  if (!isLabelObject(row)) throw invalidRow(name, type, 'must be an object', row);
  for (const key of ['labels', 'states'] as const) {
    if (row[key] === undefined || isLabelObject(row[key])) continue;
    throw invalidRow(name, type, `must have an object as "${key}"`, row[key]);
  }
  checkEntries(row.buckets, 'le', 'count', (rule, value) => invalidRow(name, type, `${rule} in "buckets"`, value));
  checkEntries(row.quantiles, 'quantile', 'value', (rule, value) =>
    invalidRow(name, type, `${rule} in "quantiles"`, value),
  );
  for (const key of ['count', 'sum', 'startMs', 'timestampMs'] as const) {
    const value: unknown = row[key];
    if (value !== undefined && typeof value !== 'number') {
      throw invalidRow(name, type, `must have a number as "${key}"`, value);
    }
  }
}

/** Checks that `entries` is an array of objects with two numbers, each `key` once. */
function checkEntries<K extends string, V extends string>(
  entries: readonly Readonly<Record<K | V, number>>[] | undefined,
  key: K,
  value: V,
  invalid: (rule: string, found: unknown) => Error,
): void {
  if (entries === undefined) return;
  if (!Array.isArray(entries)) throw invalid('must have an array', entries);
  const seen = new Set<number>();
  for (const entry of entries as readonly (Readonly<Record<string, unknown>> | null | undefined)[]) {
    for (const each of [key, value]) {
      if (typeof entry?.[each] !== 'number') throw invalid(`must have a number as "${each}"`, entry?.[each]);
    }
    const bound = entry?.[key] as number;
    if (seen.has(bound)) throw invalid(`must have each "${key}" once`, bound);
    seen.add(bound);
  }
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
    write(row, numbers, absent) {
      absent.fill(1, 0, bounds.length);
      let total = row.count;
      for (const { le, count } of row.buckets ?? []) {
        if (!(count >= 0))
          throw invalidRow(name, 'histogram', 'must have bucket counts that are neither negative nor NaN', count);
        if (le === Infinity) {
          if (count !== (total ?? count)) {
            throw invalidRow(name, 'histogram', `must have a bucket +Inf equal to its "count" ${total}`, count);
          }
          total = count;
          continue;
        }
        const bucket = bounds.indexOf(le);
        numbers[bucket] = count;
        absent[bucket] = 0;
      }
      if (total === undefined) throw invalidRow(name, 'histogram', 'must have a "count" or a bucket +Inf', total);
      if (Number.isNaN(total)) throw invalidRow(name, 'histogram', 'must have a "count" that is not NaN', total);
      numbers[bounds.length] = total;
      let below = 0;
      for (let bucket = 0; bucket <= bounds.length; bucket++) {
        if (absent[bucket] === 1) continue;
        const count = numbers[bucket]!;
        if (count < below)
          throw invalidRow(
            name,
            'histogram',
            `must have cumulative bucket counts that never fall, here below ${below}`,
            count,
          );
        below = count;
      }
      writeOptional(numbers, absent, sum, row.sum);
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
    write(row, numbers, absent) {
      absent.fill(1, 0, quantiles.length);
      for (const { quantile, value } of row.quantiles ?? []) {
        const place = quantiles.indexOf(quantile);
        numbers[place] = value;
        absent[place] = 0;
      }
      writeOptional(numbers, absent, count, row.count);
      writeOptional(numbers, absent, sum, row.sum);
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

/** Writes a number at an offset, or marks it absent; does nothing for the offset -1. */
function writeOptional(numbers: Float64Array, absent: Uint8Array, offset: number, value: number | undefined): void {
  if (offset < 0) return;
  if (value === undefined) absent[offset] = 1;
  else numbers[offset] = value;
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
