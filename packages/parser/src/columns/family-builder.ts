import {
  createFamily,
  type Exemplar,
  type FamilyColumns,
  type Layout,
  type MetricFamily,
  type MetricType,
} from '@promwright/model';
import { ExemplarList } from './exemplar-list.ts';
import { classicNumbers, type FamilyNumbers, quantileNumbers, scalarNumbers, stateNumbers } from './layouts.ts';
import type { LineTemplate } from './line-template.ts';
import { type NativeHistogram, NativeList } from './native-list.ts';
import { NumberColumn } from './number-column.ts';
import { PartList } from './part-list.ts';
import { TemplateFollower } from './template-follower.ts';

/** Kind of numbers that each series of a family has. */
export type LayoutKind = Layout['kind'];

/** Returns the kind of layout for a type of metric. */
export function layoutKindOf(type: MetricType): LayoutKind {
  switch (type) {
    case 'histogram':
    case 'gaugehistogram':
      return 'classic';
    case 'summary':
      return 'quantile';
    case 'stateset':
      return 'state';
    default:
      return 'scalar';
  }
}

/** Properties of a family beside its series. */
export interface FamilyMetadata {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string | undefined;
  readonly unit?: string | undefined;
}

/** Family while it is being read: rows by their labels, and the numbers of the rows in growing columns. */
export class FamilyBuilder {
  kind: LayoutKind;
  /** Labels and parts of the lines, and the rows found for them. */
  readonly series: TemplateFollower;
  /** Number of characters or bytes that the family has in the document. Bounds the size of its table. */
  consumed = 0;
  // Created on first use: most families need one or two.
  #values: NumberColumn | undefined;
  #sums: NumberColumn | undefined;
  #counts: NumberColumn | undefined;
  #startMs: NumberColumn | undefined;
  #timestampMs: NumberColumn | undefined;
  #parts: PartList | undefined;
  #exemplars: ExemplarList | undefined;
  #native: NativeList | undefined;

  /**
   * @param partLabel name of the label that selects a bucket, quantile or state
   * @param candidate template that the family may match
   * @param isTemplate true if later families may match this family
   */
  constructor(kind: LayoutKind, partLabel?: string, candidate?: LineTemplate, isTemplate = false) {
    this.kind = kind;
    this.series = new TemplateFollower(partLabel, candidate, isTemplate);
  }

  setValue(row: number, value: number): void {
    this.#values ??= new NumberColumn();
    this.#values.set(row, value);
  }

  setSum(row: number, value: number): void {
    this.#sums ??= new NumberColumn();
    this.#sums.set(row, value);
  }

  setCount(row: number, value: number): void {
    this.#counts ??= new NumberColumn();
    this.#counts.set(row, value);
  }

  setStart(row: number, ms: number): void {
    this.#startMs ??= new NumberColumn();
    this.#startMs.set(row, ms);
  }

  setTimestamp(row: number, ms: number): void {
    this.#timestampMs ??= new NumberColumn();
    this.#timestampMs.set(row, ms);
  }

  /** Sets a bucket, quantile or state of a row. */
  setPart(row: number, key: number, value: number): void {
    this.#parts ??= new PartList();
    this.#parts.push(row, key, value);
  }

  /** @param key key of the bound of its bucket; -1 for no classic bucket */
  addExemplar(row: number, key: number, exemplar: Exemplar): void {
    this.#exemplars ??= new ExemplarList();
    this.#exemplars.add(row, key, exemplar);
  }

  /** @param row greater than in any call before */
  setNative(row: number, native: NativeHistogram): void {
    this.#native ??= new NativeList();
    this.#native.add(row, native);
  }

  /**
   * Returns the finished family. Refuses a family whose columns would be far larger than the document (sparse labels or
   * buckets).
   * @param fail called with a description of a sparse family
   */
  finish({ name, type, help, unit }: FamilyMetadata, fail: (found: string) => never): MetricFamily {
    this.series.seal();
    const { size, labels, keyCount } = this.series;
    const width = labels.names.length + keyCount;
    if (size * width > SPARE_CELLS + CELLS_PER_CHARACTER * this.consumed) {
      fail(`${size} series that share only few of ${width} labels and buckets`);
    }
    const { layout, values, absent, bucketOfKey } = this.#numbers();
    const { labelNames, dictionaries, labelIds } = labels.finish();
    const columns: Writable<FamilyColumns> = {
      name,
      type,
      constLabels: [],
      labelNames,
      dictionaries,
      size,
      labelIds,
      values,
      layout,
    };
    if (help !== undefined) columns.help = help;
    if (unit !== undefined) columns.unit = unit;
    if (absent !== undefined) columns.absent = absent;
    if (this.#startMs !== undefined) columns.startMs = this.#startMs.toArray(size);
    if (this.#timestampMs !== undefined) columns.timestampMs = this.#timestampMs.toArray(size);
    const exemplars = this.#exemplars?.finish(size, bucketOfKey);
    if (exemplars !== undefined) columns.exemplars = exemplars;
    const native = this.#native?.finish(size);
    if (native !== undefined) columns.native = native;
    return createFamily(columns);
  }

  #numbers(): FamilyNumbers {
    const { size } = this.series;
    if (this.kind === 'scalar') return scalarNumbers(this.#values ?? new NumberColumn(), size);
    const { keys } = this.series;
    const parts = this.#parts ?? new PartList();
    if (this.kind === 'state') return stateNumbers(keys, parts, size);
    const totals = {
      size,
      sums: this.#sums ?? new NumberColumn(),
      counts: this.#counts ?? new NumberColumn(),
    };
    return this.kind === 'classic' ? classicNumbers(keys, parts, totals) : quantileNumbers(keys, parts, totals);
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Limit of table cells per character of the document. A family is a table with a cell for every series and every label or
 * bucket, so a document of a few megabytes could ask for many gigabytes. Real documents need about one cell per ten characters.
 */
const CELLS_PER_CHARACTER = 16;
/** Number of table cells that every family may have. */
const SPARE_CELLS = 65_536;
