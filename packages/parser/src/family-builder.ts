import { createFamily, type Exemplar, type Layout, type MetricFamily, type MetricType } from '@promwright/model';
import { CellList } from './cell-list.ts';
import { ExemplarList } from './exemplar-list.ts';
import { NumberColumn } from './growable.ts';
import { LabelColumns } from './label-columns.ts';
import { classicColumns, type LaidOut, quantileColumns, stateColumns } from './lay-out.ts';
import { type NativeHistogram, NativeList } from './native-list.ts';
import { SeriesIndex } from './series-index.ts';

/** What the numbers of a family's series are. */
export type Shape = Layout['kind'];

/** What a family of a type consists of. */
export function shapeOf(type: MetricType): Shape {
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

/** What is known of a family beside its series. */
export interface FamilyMetadata {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string | undefined;
  readonly unit?: string | undefined;
}

/** The series of a family while they are being read, in columns that grow. */
export class FamilyBuilder {
  shape: Shape;
  readonly labels = new LabelColumns();
  /** Number of series. */
  size = 0;
  /** How much of the document it took to say all this: a bound for how much room it may take. */
  consumed = 0;
  #index: SeriesIndex | undefined;
  readonly #values = new NumberColumn();
  readonly #sums = new NumberColumn();
  /** 1 where there is a sum, which may be NaN. */
  readonly #hasSum = new NumberColumn();
  readonly #counts = new NumberColumn();
  readonly #startMs = new NumberColumn();
  readonly #timestampMs = new NumberColumn();
  #cells: CellList | undefined;
  #exemplars: ExemplarList | undefined;
  #native: NativeList | undefined;

  constructor(shape: Shape) {
    this.shape = shape;
  }

  /** Adds a series with the labels just read, which nobody will look for. Returns its number. */
  append(): number {
    this.labels.commit();
    return this.size++;
  }

  /** The latest series with the labels just read, or -1. */
  find(): number {
    this.#index ??= new SeriesIndex(this.labels);
    return this.#index.find();
  }

  /** Adds a series with the labels that `find` was just asked for, to be found by them from now on. Returns its number. */
  appendFindable(): number {
    this.#index!.note(this.size);
    return this.append();
  }

  setValue(point: number, value: number): void {
    this.#values.set(point, value);
  }

  setSum(point: number, value: number): void {
    this.#sums.set(point, value);
    this.#hasSum.set(point, 1);
  }

  setCount(point: number, value: number): void {
    this.#counts.set(point, value);
  }

  setStart(point: number, ms: number): void {
    this.#startMs.set(point, ms);
  }

  setTimestamp(point: number, ms: number): void {
    this.#timestampMs.set(point, ms);
  }

  /** The bounds, quantiles or states there are, by the keys that stand for them. */
  get keys(): Pick<CellList, 'keyOf' | 'keyOfText' | 'contentOf'> {
    this.#cells ??= new CellList();
    return this.#cells;
  }

  /** Sets a bucket, quantile or state of a series. */
  setCell(point: number, key: number, value: number): void {
    this.#cells!.push(point, key, value);
  }

  /** @param key the bound of its bucket; -1 for none */
  addExemplar(point: number, key: number, exemplar: Exemplar): void {
    this.#exemplars ??= new ExemplarList();
    this.#exemplars.add(point, key, exemplar);
  }

  /** @param point a later one than any before */
  setNative(point: number, native: NativeHistogram): void {
    this.#native ??= new NativeList();
    this.#native.add(point, native);
  }

  /**
   * The family as it is then.
   * @param refuse called if its columns would be out of all proportion to the document, because every series has labels or
   *   buckets that the others do not have
   */
  finish({ name, type, help, unit }: FamilyMetadata, refuse: (found: string) => never): MetricFamily {
    const { size } = this;
    const width = this.labels.names.length + (this.#cells?.keyCount ?? 0);
    if (size * width > SPARE_CELLS + CELLS_PER_CHARACTER * this.consumed) {
      refuse(`${size} series with ${width} labels and buckets among them`);
    }
    const { layout, values, absentSums, bucketOfKey } = this.#layOut();
    const exemplars = this.#exemplars?.finish(size, bucketOfKey);
    const native = this.#native?.finish(size);
    return createFamily({
      name,
      type,
      ...(help !== undefined && { help }),
      ...(unit !== undefined && { unit }),
      constLabels: [],
      ...this.labels.finish(),
      size,
      values,
      layout,
      ...(absentSums && { absentSums }),
      ...(this.#startMs.used && { startMs: this.#startMs.toArray(size) }),
      ...(this.#timestampMs.used && { timestampMs: this.#timestampMs.toArray(size) }),
      ...(exemplars && { exemplars }),
      ...(native && { native }),
    });
  }

  #layOut(): LaidOut {
    const { size } = this;
    const totals = { size, sums: this.#sums, hasSum: this.#hasSum, counts: this.#counts };
    const cells = this.#cells ?? new CellList();
    switch (this.shape) {
      case 'scalar':
        return {
          layout: { kind: 'scalar', width: 1 },
          values: this.#values.toArray(size),
          absentSums: undefined,
          bucketOfKey: () => -1,
        };
      case 'classic':
        return classicColumns(cells, totals);
      case 'quantile':
        return quantileColumns(cells, totals);
      case 'state':
        return stateColumns(cells, size);
    }
  }
}

/**
 * A family is a table, in which every series has a place for every label and bucket. A document of a few megabytes could ask
 * for one of many gigabytes. Real ones need about one cell in ten characters.
 */
const CELLS_PER_CHARACTER = 16;
const SPARE_CELLS = 65_536;
