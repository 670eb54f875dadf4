import {
  createFamily,
  type Exemplar,
  type FamilyColumns,
  type Layout,
  type MetricFamily,
  type MetricType,
} from '@promwright/model';
import { ExemplarList } from './exemplar-list.ts';
import type { LabelColumns } from './label-columns.ts';
import { classicColumns, type LaidOut, quantileColumns, scalarColumn, stateColumns } from './layouts.ts';
import { Outline, type OutlineLine } from './line-template.ts';
import { type NativeHistogram, NativeList } from './native-list.ts';
import { NumberColumn } from './number-column.ts';
import { CellList } from './part-list.ts';
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
  /** Number of series. */
  size = 0;
  /** How much of the document it took to say all this: a bound for how much room it may take. */
  consumed = 0;
  #outline: Outline;
  /** Whether the outline is that of another family, which all lines so far were found to follow. */
  #follows: boolean;
  /** Number of lines so far, and of their keys, as long as it follows. */
  #lines = 0;
  #keyCount = 0;
  /** The line being read, if it was found in the outline. */
  #line: OutlineLine | undefined;
  /** The labels of the line being read, if others are to be compared with it. */
  #text: string | undefined;
  #special: string | undefined;
  #index: SeriesIndex | undefined;
  #isFindable = false;
  #found = -1;
  // Most families need one or two of these.
  #values: NumberColumn | undefined;
  #sums: NumberColumn | undefined;
  /** 1 where there is a sum, which may be NaN. */
  #hasSum: NumberColumn | undefined;
  #counts: NumberColumn | undefined;
  #startMs: NumberColumn | undefined;
  #timestampMs: NumberColumn | undefined;
  #cells: CellList | undefined;
  #exemplars: ExemplarList | undefined;
  #native: NativeList | undefined;

  /**
   * @param special the label that says which bucket, quantile or state a sample is
   * @param likely an outline that it may turn out to have
   * @param leads whether others may follow this one
   */
  constructor(shape: Shape, special?: string, likely?: Outline, leads = false) {
    this.shape = shape;
    this.#follows = likely !== undefined;
    this.#outline = likely ?? new Outline(special, leads);
  }

  /** The label that says which bucket, quantile or state a sample is. */
  get special(): string | undefined {
    return this.#outline.special;
  }

  /** To read the labels of the next series into. */
  get labels(): LabelColumns {
    return this.#outline.labels;
  }

  /**
   * Reads the labels that a text has at a place, if it is known what they are. Else they must be read into `labels`, and then
   * {@link noteLabels} may be told.
   */
  follow(text: string, at: number): OutlineLine | undefined {
    if (!this.#follows) return undefined;
    this.#line = this.#outline.lineAt(this.#lines, text, at);
    if (this.#line === undefined) this.leave();
    return this.#line;
  }

  /** Says where in a text the labels stand that were just read. */
  noteLabels(text: string, start: number, end: number, special: string | undefined): void {
    if (!this.#outline.isComplete) return;
    this.#text = text.slice(start, end);
    this.#special = special;
  }

  /** Ends the line of a sample. Without a series it was passed over. */
  endLine(point = -1, key = -1): void {
    if (point < 0) this.leave();
    if (this.#follows) {
      this.#lines++;
      return;
    }
    if (!this.#outline.isComplete) return;
    // One that has a label only here adds a column, which is not among what others can copy.
    const text = point < 0 || !this.labels.hasAllEmpty(point) ? undefined : this.#text;
    this.#outline.add(text === undefined ? undefined : { text, special: this.#special, point, key });
    this.#text = undefined;
  }

  /** Makes the labels its own, because they are not, or not only, those of the family that it followed. */
  leave(): void {
    if (!this.#follows) return;
    const followed = this.#outline;
    this.#follows = false;
    this.#outline = followed.first(this.#lines, this.size, this.#keyCount);
    if (this.#isFindable) {
      this.#index = new SeriesIndex(this.labels);
      for (let point = 0; point < this.size; point++) {
        this.labels.copyFrom(followed.labels, point);
        this.#index.find();
        this.#index.note(point);
      }
    }
    this.labels.begin();
    if (this.#line !== undefined) this.labels.copyFrom(followed.labels, this.#line.point);
    this.#line = undefined;
  }

  /** What other families may follow. To be asked for when its lines end, though more may come later. */
  settle(): Outline {
    if (this.#follows && (!this.#outline.isComplete || this.#lines < this.#outline.size)) {
      this.#line = undefined;
      this.leave();
    }
    return this.#outline;
  }

  /** Whether the series being read has a label. */
  hasLabel(name: string): boolean {
    this.leave();
    return this.labels.has(name);
  }

  /** Whether a series has the labels just read. */
  isAt(point: number): boolean {
    return this.#follows ? this.#line!.point === point : this.labels.equals(point);
  }

  /** Adds a series with the labels just read, which nobody will look for. Returns its number. */
  append(): number {
    if (!this.#follows) this.labels.commit();
    return this.size++;
  }

  /** The latest series with the labels just read, or -1. */
  find(): number {
    if (this.#follows) return this.#line!.point < this.size ? this.#line!.point : -1;
    this.#index ??= new SeriesIndex(this.labels);
    this.#found = this.#index.find();
    return this.#found;
  }

  /** Adds a series with the labels that `find` was just asked for, to be found by them from now on. Returns its number. */
  appendFindable(): number {
    this.#isFindable = true;
    if (this.#follows && this.#line!.point < this.size) {
      this.leave();
      this.find();
    }
    if (!this.#follows) {
      this.#index!.note(this.size);
      // The line is of another series than one before it with the same labels, which others could not know.
      if (this.#found >= 0) this.#text = undefined;
    }
    return this.append();
  }

  setValue(point: number, value: number): void {
    this.#values ??= new NumberColumn();
    this.#values.set(point, value);
  }

  setSum(point: number, value: number): void {
    this.#sums ??= new NumberColumn();
    this.#sums.set(point, value);
    this.#hasSum ??= new NumberColumn();
    this.#hasSum.set(point, 1);
  }

  setCount(point: number, value: number): void {
    this.#counts ??= new NumberColumn();
    this.#counts.set(point, value);
  }

  setStart(point: number, ms: number): void {
    this.#startMs ??= new NumberColumn();
    this.#startMs.set(point, ms);
  }

  setTimestamp(point: number, ms: number): void {
    this.#timestampMs ??= new NumberColumn();
    this.#timestampMs.set(point, ms);
  }

  /** The key that stands for a bound, quantile or state. */
  keyOf(content: number | string): number {
    this.leave();
    return this.#outline.keys.keyOf(content);
  }

  /** The key of a number as it stands in a document, or `NO_NUMBER` or `NOT_A_BOUND`. */
  keyOfText(text: string): number {
    if (this.#follows) {
      const { key } = this.#line!;
      if (key >= 0) {
        if (key >= this.#keyCount) this.#keyCount = key + 1;
        return key;
      }
      this.leave();
    }
    return this.#outline.keys.keyOfText(text);
  }

  /** The bound, quantile or state that a key stands for. */
  contentOf(key: number): number | string {
    return this.#outline.keys.contentOf(key);
  }

  /** Sets a bucket, quantile or state of a series. */
  setCell(point: number, key: number, value: number): void {
    this.#cells ??= new CellList();
    this.#cells.push(point, key, value);
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
    this.settle();
    const { size } = this;
    const keyCount = this.#follows ? this.#keyCount : this.#outline.keyCount;
    const width = this.labels.names.length + keyCount;
    if (size * width > SPARE_CELLS + CELLS_PER_CHARACTER * this.consumed) {
      refuse(`${size} series with ${width} labels and buckets among them`);
    }
    const { layout, values, absentSums, bucketOfKey } = this.#layOut();
    const { labelNames, dictionaries, labelIds } = this.labels.finish();
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
    if (absentSums !== undefined) columns.absentSums = absentSums;
    if (this.#startMs !== undefined) columns.startMs = this.#startMs.toArray(size);
    if (this.#timestampMs !== undefined) columns.timestampMs = this.#timestampMs.toArray(size);
    const exemplars = this.#exemplars?.finish(size, bucketOfKey);
    if (exemplars !== undefined) columns.exemplars = exemplars;
    const native = this.#native?.finish(size);
    if (native !== undefined) columns.native = native;
    return createFamily(columns);
  }

  #layOut(): LaidOut {
    const { size } = this;
    if (this.shape === 'scalar') return scalarColumn(this.#values ?? new NumberColumn(), size);
    const { keys } = this.#outline;
    const cells = this.#cells ?? new CellList();
    if (this.shape === 'state') return stateColumns(keys, cells, size);
    const totals = {
      size,
      sums: this.#sums ?? new NumberColumn(),
      hasSum: this.#hasSum ?? new NumberColumn(),
      counts: this.#counts ?? new NumberColumn(),
    };
    return this.shape === 'classic' ? classicColumns(keys, cells, totals) : quantileColumns(keys, cells, totals);
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A family is a table, in which every series has a place for every label and bucket. A document of a few megabytes could ask
 * for one of many gigabytes. Real ones need about one cell in ten characters.
 */
const CELLS_PER_CHARACTER = 16;
const SPARE_CELLS = 65_536;
