import type { BucketColumns, Label, MetricFamily, NativeColumns, SketchColumns } from '@promwright/model';
import type { ByteWriter } from './byte-writer.ts';
import {
  ADD_SERIES,
  DEFINE,
  initialNumber,
  isWide,
  NUMBER_COLUMNS,
  type NumberColumn,
  SET_EXEMPLARS,
  SET_NATIVE,
  SET_NUMBERS,
  SET_SKETCHES,
} from './changes.ts';
import { formatDefinition } from './definition.ts';

/** Unchanged numbers between two changed ones that are written too: a new run takes as many bytes. */
const MAX_GAP = 1;

/** Family of a member, as its spool file shows it. Writes the changes to the next snapshot. */
export class PublishedFamily {
  readonly id: number;
  #latest: MetricFamily | undefined;
  #definition = '';
  /** Ids of the label values in the file, by label. */
  #dictionaries: Map<string, number>[] = [];
  /** Label ids of the series in the file. */
  #labelIds: number[] = [];

  constructor(id: number) {
    this.id = id;
  }

  /** Writes the changes since the last snapshot; nothing if there are none. */
  write(writer: ByteWriter, family: MetricFamily): void {
    let before = this.#latest;
    if (before === family) return;
    if (before === undefined || !this.#continues(before, family)) {
      before = undefined;
      this.#define(writer, family);
    }
    this.#addSeries(writer, family);
    for (const column of NUMBER_COLUMNS) this.#setNumbers(writer, column, before, family);
    this.#setNative(writer, before, family);
    this.#setSketches(writer, before, family);
    this.#setExemplars(writer, before, family);
    this.#latest = family;
  }

  /** Returns true if the family has the same definition, and the same series in the same rows and perhaps more. */
  #continues(before: MetricFamily, family: MetricFamily): boolean {
    const isSameTable =
      family.identity !== undefined &&
      family.identity === before.identity &&
      family.layoutVersion === before.layoutVersion &&
      family.labelNames === before.labelNames &&
      family.layout === before.layout &&
      hasSameLabels(family.constLabels, before.constLabels);
    if (isSameTable) return true;
    if (formatDefinition(family) !== this.#definition) return false;
    const rows = this.#labelIds.length / Math.max(1, family.labelNames.length);
    return family.size >= before.size && (family.labelNames.length === 0 || this.#hasSameRows(family, rows));
  }

  #hasSameRows({ labelIds, dictionaries, labelNames }: MetricFamily, rows: number): boolean {
    const width = labelNames.length;
    for (let at = 0; at < rows * width; at++) {
      const theirs = labelIds[at]!;
      const id = theirs < 0 ? -1 : this.#dictionaries[at % width]!.get(dictionaries[at % width]![theirs]!);
      if (id !== this.#labelIds[at]) return false;
    }
    return true;
  }

  #define(writer: ByteWriter, family: MetricFamily): void {
    this.#definition = formatDefinition(family);
    this.#dictionaries = family.labelNames.map(() => new Map());
    this.#labelIds = [];
    this.#latest = undefined;
    this.#begin(writer, DEFINE);
    writer.text(this.#definition);
  }

  #addSeries(writer: ByteWriter, { size, labelNames, labelIds, dictionaries }: MetricFamily): void {
    const width = labelNames.length;
    const before = this.#latest?.size ?? 0;
    if (size === before) return;
    const added: string[][] = labelNames.map(() => []);
    const ids = new Int32Array((size - before) * width);
    for (let i = 0; i < ids.length; i++) {
      const column = i % width;
      const theirs = labelIds[before * width + i]!;
      if (theirs < 0) {
        ids[i] = -1;
        continue;
      }
      const value = dictionaries[column]![theirs]!;
      const known = this.#dictionaries[column]!;
      let id = known.get(value);
      if (id === undefined) {
        id = known.size;
        known.set(value, id);
        added[column]!.push(value);
      }
      ids[i] = id;
    }
    for (const id of ids) this.#labelIds.push(id);
    this.#begin(writer, ADD_SERIES);
    writer.integer(size - before);
    for (const values of added) {
      writer.integer(values.length);
      for (const value of values) writer.text(value);
    }
    writer.numbers(ids);
  }

  #setNumbers(writer: ByteWriter, column: NumberColumn, before: MetricFamily | undefined, family: MetricFamily): void {
    const after = family[column];
    if (after === undefined) return;
    const end = family.size * (isWide(column) ? family.layout.width : 1);
    const initial = initialNumber(column);
    const old = before?.[column];
    const oldEnd = before === undefined ? 0 : before.size * (end / Math.max(1, family.size));
    const start = writer.length;
    let runs = 0;
    for (let at = 0; at < end; at++) {
      if (isSame(after[at]!, at < oldEnd ? old![at]! : initial)) continue;
      let last = at;
      for (let next = at + 1; next < end && next - last <= MAX_GAP + 1; next++) {
        if (!isSame(after[next]!, next < oldEnd ? old![next]! : initial)) last = next;
      }
      if (runs++ === 0) {
        this.#begin(writer, SET_NUMBERS);
        writer.byte(NUMBER_COLUMNS.indexOf(column));
      }
      writer.integer(at);
      writer.integer(last + 1 - at);
      writer.numbers(after.subarray(at, last + 1));
      at = last;
    }
    // A run of no numbers ends the list.
    if (writer.length > start) {
      writer.integer(0);
      writer.integer(0);
    }
  }

  #setNative(writer: ByteWriter, before: MetricFamily | undefined, { native, size }: MetricFamily): void {
    if (native === undefined) return;
    const old = before?.native;
    this.#setRows(writer, SET_NATIVE, size, (row) => {
      if (old !== undefined && row < before!.size && isSameNative(old, native, row)) return undefined;
      return () => {
        writer.integer(native.schemas[row]!);
        writer.number(native.zeroThresholds[row]!);
        writer.number(native.zeroCounts[row]!);
        writeBuckets(writer, native.positive, row);
        writeBuckets(writer, native.negative, row);
      };
    });
  }

  #setSketches(writer: ByteWriter, before: MetricFamily | undefined, { sketch, size }: MetricFamily): void {
    if (sketch === undefined) return;
    const old = before?.sketch;
    this.#setRows(writer, SET_SKETCHES, size, (row) => {
      if (old !== undefined && row < before!.size && hasSameCounts(old, sketch, row)) return undefined;
      return () => {
        writer.number(sketch.zeroCounts[row]!);
        writeBuckets(writer, sketch.positive, row);
        writeBuckets(writer, sketch.negative, row);
      };
    });
  }

  #setExemplars(writer: ByteWriter, before: MetricFamily | undefined, { exemplars, size }: MetricFamily): void {
    const old = before?.exemplars;
    if (exemplars === undefined && old === undefined) return;
    const listOf = (columns: MetricFamily['exemplars'], row: number) =>
      columns === undefined ? [] : columns.exemplars.slice(columns.offsets[row]!, columns.offsets[row + 1]!);
    this.#setRows(writer, SET_EXEMPLARS, size, (row) => {
      const list = listOf(exemplars, row);
      const was = old === undefined || row >= before!.size ? [] : listOf(old, row);
      // Instruments replace exemplars, and never change them.
      if (list.length === was.length && list.every((exemplar, i) => exemplar === was[i])) return undefined;
      return () => {
        writer.integer(list.length);
        list.forEach((exemplar, i) => {
          writer.integer(exemplars!.buckets[exemplars!.offsets[row]! + i]!);
          writer.number(exemplar.value);
          writer.number(exemplar.timestampMs ?? Number.NaN);
          writer.text(JSON.stringify(exemplar.labels));
        });
      };
    });
  }

  /**
   * Writes the data of rows that changed.
   * @param changeOf returns a function that writes the data of a row, or `undefined` if the row is unchanged
   */
  #setRows(
    writer: ByteWriter,
    change: number,
    size: number,
    changeOf: (row: number) => (() => void) | undefined,
  ): void {
    let isBegun = false;
    for (let row = 0; row < size; row++) {
      const write = changeOf(row);
      if (write === undefined) continue;
      if (!isBegun) this.#begin(writer, change);
      isBegun = true;
      writer.integer(row);
      write();
    }
    if (isBegun) writer.integer(-1);
  }

  #begin(writer: ByteWriter, change: number): void {
    writer.byte(change);
    writer.integer(this.id);
  }
}

function hasSameLabels(a: readonly Label[], b: readonly Label[]): boolean {
  return (
    a === b || (a.length === b.length && a.every(({ name, value }, i) => name === b[i]!.name && value === b[i]!.value))
  );
}

function isSame(a: number, b: number): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b));
}

function isSameNative(a: NativeColumns, b: NativeColumns, row: number): boolean {
  return (
    a.schemas[row] === b.schemas[row] && a.zeroThresholds[row] === b.zeroThresholds[row] && hasSameCounts(a, b, row)
  );
}

/** Columns that native histograms and sketches have in common. */
type CountColumns = Pick<SketchColumns, 'zeroCounts' | 'positive' | 'negative'>;

function hasSameCounts(a: CountColumns, b: CountColumns, row: number): boolean {
  return (
    a.zeroCounts[row] === b.zeroCounts[row] &&
    hasSameBuckets(a.positive, b.positive, row) &&
    hasSameBuckets(a.negative, b.negative, row)
  );
}

function hasSameBuckets(a: BucketColumns, b: BucketColumns, row: number): boolean {
  const [aStart, aEnd, bStart] = [a.offsets[row]!, a.offsets[row + 1]!, b.offsets[row]!];
  if (aEnd - aStart !== b.offsets[row + 1]! - bStart) return false;
  for (let i = 0; i < aEnd - aStart; i++) {
    if (a.indexes[aStart + i] !== b.indexes[bStart + i] || a.counts[aStart + i] !== b.counts[bStart + i]) return false;
  }
  return true;
}

function writeBuckets(writer: ByteWriter, { offsets, indexes, counts }: BucketColumns, row: number): void {
  const [start, end] = [offsets[row]!, offsets[row + 1]!];
  writer.integer(end - start);
  writer.numbers(indexes.subarray(start, end));
  writer.numbers(counts.subarray(start, end));
}
