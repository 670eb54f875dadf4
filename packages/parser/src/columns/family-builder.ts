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
import { classicColumns, type FamilyNumbers, quantileColumns, scalarColumn, stateColumns } from './layouts.ts';
import { LineTemplate, type TemplateLine } from './line-template.ts';
import { type NativeHistogram, NativeList } from './native-list.ts';
import { NumberColumn } from './number-column.ts';
import { PartList } from './part-list.ts';
import { SeriesIndex } from './series-index.ts';

/** What the numbers of a family's series are. */
export type LayoutKind = Layout['kind'];

/** What a family of a type consists of. */
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

/** What is known of a family beside its series. */
export interface FamilyMetadata {
  readonly name: string;
  readonly type: MetricType;
  readonly help?: string | undefined;
  readonly unit?: string | undefined;
}

/** The series of a family while they are being read, in columns that grow. */
export class FamilyBuilder {
  kind: LayoutKind;
  /** Number of series. */
  size = 0;
  /** How much of the document it took to say all this: a bound for how much room it may take. */
  consumed = 0;
  #template: LineTemplate;
  /** Whether the template is that of another family, which all lines so far were found to follow. */
  #follows: boolean;
  /** Number of lines so far, and of their keys, as long as it follows. */
  #lines = 0;
  #keyCount = 0;
  /** The line being read, if it was found in the template. */
  #line: TemplateLine | undefined;
  /** The labels of the line being read, if others are to be compared with it. */
  #text: string | undefined;
  #partLabel: string | undefined;
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
  #parts: PartList | undefined;
  #exemplars: ExemplarList | undefined;
  #native: NativeList | undefined;

  /**
   * @param partLabel the label that says which bucket, quantile or state a sample is
   * @param candidate an template that it may turn out to have
   * @param isTemplate whether others may follow this one
   */
  constructor(kind: LayoutKind, partLabel?: string, candidate?: LineTemplate, isTemplate = false) {
    this.kind = kind;
    this.#follows = candidate !== undefined;
    this.#template = candidate ?? new LineTemplate(partLabel, isTemplate);
  }

  /** The label that says which bucket, quantile or state a sample is. */
  get partLabel(): string | undefined {
    return this.#template.partLabel;
  }

  /** To read the labels of the next series into. */
  get labels(): LabelColumns {
    return this.#template.labels;
  }

  /**
   * Reads the labels that a text has at a place, if it is known what they are. Else they must be read into `labels`, and then
   * {@link noteLabels} may be told.
   */
  match(text: string, at: number): TemplateLine | undefined {
    if (!this.#follows) return undefined;
    this.#line = this.#template.lineAt(this.#lines, text, at);
    if (this.#line === undefined) this.diverge();
    return this.#line;
  }

  /** Says where in a text the labels stand that were just read. */
  noteLabels(text: string, start: number, end: number, partLabel: string | undefined): void {
    if (!this.#template.isComplete) return;
    this.#text = text.slice(start, end);
    this.#partLabel = partLabel;
  }

  /** Ends the line of a sample. Without a series it was passed over. */
  endLine(row = -1, key = -1): void {
    if (row < 0) this.diverge();
    if (this.#follows) {
      this.#lines++;
      return;
    }
    if (!this.#template.isComplete) return;
    // One that has a label only here adds a column, which is not among what others can copy.
    const text = row < 0 || !this.labels.hasAllEmpty(row) ? undefined : this.#text;
    this.#template.add(text === undefined ? undefined : { text, partValue: this.#partLabel, row, key });
    this.#text = undefined;
  }

  /** Makes the labels its own, because they are not, or not only, those of the family that it followed. */
  diverge(): void {
    if (!this.#follows) return;
    const followed = this.#template;
    this.#follows = false;
    this.#template = followed.copyFirst(this.#lines, this.size, this.#keyCount);
    if (this.#isFindable) {
      this.#index = new SeriesIndex(this.labels);
      for (let row = 0; row < this.size; row++) {
        this.labels.copyFrom(followed.labels, row);
        this.#index.find();
        this.#index.set(row);
      }
    }
    this.labels.begin();
    if (this.#line !== undefined) this.labels.copyFrom(followed.labels, this.#line.row);
    this.#line = undefined;
  }

  /** What other families may follow. To be asked for when its lines end, though more may come later. */
  seal(): LineTemplate {
    if (this.#follows && (!this.#template.isComplete || this.#lines < this.#template.size)) {
      this.#line = undefined;
      this.diverge();
    }
    return this.#template;
  }

  /** Whether the series being read has a label. */
  hasLabel(name: string): boolean {
    this.diverge();
    return this.labels.has(name);
  }

  /** Whether a series has the labels just read. */
  isAt(row: number): boolean {
    return this.#follows ? this.#line!.row === row : this.labels.equals(row);
  }

  /** Adds a series with the labels just read, which nobody will look for. Returns its number. */
  append(): number {
    if (!this.#follows) this.labels.commit();
    return this.size++;
  }

  /** The latest series with the labels just read, or -1. */
  find(): number {
    if (this.#follows) return this.#line!.row < this.size ? this.#line!.row : -1;
    this.#index ??= new SeriesIndex(this.labels);
    this.#found = this.#index.find();
    return this.#found;
  }

  /** Adds a series with the labels that `find` was just asked for, to be found by them from now on. Returns its number. */
  appendFindable(): number {
    this.#isFindable = true;
    if (this.#follows && this.#line!.row < this.size) {
      this.diverge();
      this.find();
    }
    if (!this.#follows) {
      this.#index!.set(this.size);
      // The line is of another series than one before it with the same labels, which others could not know.
      if (this.#found >= 0) this.#text = undefined;
    }
    return this.append();
  }

  setValue(row: number, value: number): void {
    this.#values ??= new NumberColumn();
    this.#values.set(row, value);
  }

  setSum(row: number, value: number): void {
    this.#sums ??= new NumberColumn();
    this.#sums.set(row, value);
    this.#hasSum ??= new NumberColumn();
    this.#hasSum.set(row, 1);
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

  /** The key that stands for a bound, quantile or state. */
  keyOf(content: number | string): number {
    this.diverge();
    return this.#template.keys.keyOf(content);
  }

  /** The key of a number as it stands in a document, or `NO_NUMBER` or `NOT_A_BOUND`. */
  keyOfText(text: string): number {
    if (this.#follows) {
      const { key } = this.#line!;
      if (key >= 0) {
        if (key >= this.#keyCount) this.#keyCount = key + 1;
        return key;
      }
      this.diverge();
    }
    return this.#template.keys.keyOfText(text);
  }

  /** The bound, quantile or state that a key stands for. */
  contentOf(key: number): number | string {
    return this.#template.keys.contentOf(key);
  }

  /** Sets a bucket, quantile or state of a series. */
  setPart(row: number, key: number, value: number): void {
    this.#parts ??= new PartList();
    this.#parts.push(row, key, value);
  }

  /** @param key the bound of its bucket; -1 for none */
  addExemplar(row: number, key: number, exemplar: Exemplar): void {
    this.#exemplars ??= new ExemplarList();
    this.#exemplars.add(row, key, exemplar);
  }

  /** @param row a later one than any before */
  setNative(row: number, native: NativeHistogram): void {
    this.#native ??= new NativeList();
    this.#native.add(row, native);
  }

  /**
   * The family as it is then.
   * @param refuse called if its columns would be out of all proportion to the document, because every series has labels or
   *   buckets that the others do not have
   */
  finish({ name, type, help, unit }: FamilyMetadata, refuse: (found: string) => never): MetricFamily {
    this.seal();
    const { size } = this;
    const keyCount = this.#follows ? this.#keyCount : this.#template.keyCount;
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

  #layOut(): FamilyNumbers {
    const { size } = this;
    if (this.kind === 'scalar') return scalarColumn(this.#values ?? new NumberColumn(), size);
    const { keys } = this.#template;
    const parts = this.#parts ?? new PartList();
    if (this.kind === 'state') return stateColumns(keys, parts, size);
    const totals = {
      size,
      sums: this.#sums ?? new NumberColumn(),
      hasSum: this.#hasSum ?? new NumberColumn(),
      counts: this.#counts ?? new NumberColumn(),
    };
    return this.kind === 'classic' ? classicColumns(keys, parts, totals) : quantileColumns(keys, parts, totals);
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A family is a table, in which every series has a place for every label and bucket. A document of a few megabytes could ask
 * for one of many gigabytes. Real ones need about one cell in ten characters.
 */
const CELLS_PER_CHARACTER = 16;
const SPARE_CELLS = 65_536;
