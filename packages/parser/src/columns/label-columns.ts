import type { MetricFamily } from '@promwright/model';
import { QUOTE } from '../tokens/char-codes.ts';
import { detached } from '../tokens/read-quoted.ts';

/**
 * The labels of the series of a family: those of the series that is being read, and those of all that were added. Names and
 * values are held once each, however many series have them.
 */
export class LabelColumns {
  readonly names: string[] = [];
  /** How the labels of the series being read stand in a text, if it is known and was noted. */
  text = '';
  readonly #columns = new Map<string, number>();
  /** By column the name as it stands before a value. */
  readonly #openings: string[] = [];
  readonly #idsByValue: Map<string, number>[] = [];
  /** By column all values, each at its id. */
  readonly #dictionaries: string[][] = [];
  /** By column the id of the value last written there without escapes, which is often the next one too; -1 for none yet. */
  readonly #lastIds: number[] = [];
  /** By column the id of the empty value, which is as good as none at all. */
  readonly #emptyIds: number[] = [];
  // The series being read: its id in each column (or -1), and which columns those are.
  readonly #currentIds: number[] = [];
  readonly #currentColumns: number[] = [];
  #currentCount = 0;
  /** How many of those are not empty. */
  #nonEmptyCount = 0;
  // All others: pairs of column and id, where the pairs of each series begin, and how many of them are not empty: the first.
  readonly #pairs: number[] = [];
  readonly #starts = [0];
  readonly #nonEmptyCounts: number[] = [];
  #finished: Labels | undefined;
  // So that nobody can make up labels that all have one hash.
  readonly #seed = Math.floor(Math.random() * 2 ** 32);

  /** Begins to read a series, or reads on in place of one that was not added. */
  begin(): void {
    for (let i = 0; i < this.#currentCount; i++) this.#currentIds[this.#currentColumns[i]!] = -1;
    this.#currentCount = 0;
    this.#nonEmptyCount = 0;
    this.text = '';
  }

  /** Whether the labels that were read last are written in a text in the same way, perhaps with others behind them. */
  areWrittenAt(text: string, start: number): boolean {
    return this.text !== '' && text.startsWith(this.text, start);
  }

  /**
   * The column of the label that a text has at a place, or -1. It knows only the one that stood there in the series before, as
   * it stands in most of the next ones too, and only without blanks or quotes.
   */
  columnAt(text: string, start: number): number {
    const guess = this.#currentColumns[this.#currentCount];
    return guess !== undefined && text.startsWith(this.#openings[guess]!, start) ? guess : -1;
  }

  /** Where a column's value begins if its label was found by `columnAt`. */
  valueStart(column: number, start: number): number {
    return start + this.#openings[column]!.length;
  }

  /** The column of a label. */
  columnOf(name: string): number {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    return this.#addColumn(detached(name));
  }

  #addColumn(name: string): number {
    const column = this.names.push(name) - 1;
    this.#columns.set(name, column);
    this.#openings.push(`${name}="`);
    this.#idsByValue.push(new Map());
    this.#dictionaries.push([]);
    this.#lastIds.push(-1);
    this.#emptyIds.push(-1);
    this.#currentIds.push(-1);
    this.#currentColumns.push(0);
    return column;
  }

  /** Where the value ends that a text has at a place, if it is the one that the column had last; else -1. */
  lastValueEnd(column: number, text: string, start: number): number {
    const last = this.#dictionaries[column]![this.#lastIds[column]!];
    if (last === undefined || !text.startsWith(last, start)) return -1;
    const end = start + last.length;
    return text.charCodeAt(end) === QUOTE ? end : -1;
  }

  /** Gives the series the value that the column had last. Returns whether it had none for that label. */
  addLast(column: number): boolean {
    return this.#addId(column, this.#lastIds[column]!);
  }

  /** Gives the series a value that is written without escapes. Returns whether it had none for that label. */
  addPlain(column: number, value: string): boolean {
    const id = this.#idOf(column, value);
    this.#lastIds[column] = id;
    return this.#addId(column, id);
  }

  /** Gives the series a value. Returns whether it had none for that label. */
  add(column: number, value: string): boolean {
    return this.#addId(column, this.#idOf(column, value));
  }

  #idOf(column: number, value: string): number {
    return this.#idsByValue[column]!.get(value) ?? this.#addValue(column, detached(value));
  }

  #addValue(column: number, value: string): number {
    const id = this.#dictionaries[column]!.push(value) - 1;
    this.#idsByValue[column]!.set(value, id);
    if (value === '') this.#emptyIds[column] = id;
    return id;
  }

  #addId(column: number, id: number): boolean {
    if (this.#currentIds[column]! >= 0) return false;
    this.#currentIds[column] = id;
    this.#currentColumns[this.#currentCount++] = column;
    if (id !== this.#emptyIds[column]) this.#nonEmptyCount++;
    return true;
  }

  /** Whether the series being read has a label. */
  has(name: string): boolean {
    const column = this.#columns.get(name);
    return column !== undefined && this.#currentIds[column]! >= 0;
  }

  /** A hash of the labels of the series being read, whatever their order. */
  hash(): number {
    let sum = this.#seed;
    for (let i = 0; i < this.#currentCount; i++) {
      const column = this.#currentColumns[i]!;
      const id = this.#currentIds[column]!;
      if (id !== this.#emptyIds[column]) sum += mix(column, id, this.#seed);
    }
    return sum | 0;
  }

  /** Whether a series that was added has the same labels as the one being read. */
  equals(row: number): boolean {
    if (this.#nonEmptyCounts[row] !== this.#nonEmptyCount) return false;
    const start = this.#starts[row]!;
    for (let i = start; i < start + 2 * this.#nonEmptyCount; i += 2) {
      if (this.#currentIds[this.#pairs[i]!] !== this.#pairs[i + 1]) return false;
    }
    return true;
  }

  /** Whether a series that was added, which has the same labels as the one being read, also has its empty ones. */
  hasAllEmpty(row: number): boolean {
    if (this.#nonEmptyCount === this.#currentCount) return true;
    let empty = 0;
    const end = this.#starts[row + 1]!;
    for (let i = this.#starts[row]! + 2 * this.#nonEmptyCount; i < end; i += 2) {
      if (this.#currentIds[this.#pairs[i]!] === this.#pairs[i + 1]) empty++;
    }
    return empty === this.#currentCount - this.#nonEmptyCount;
  }

  /** Adds the series being read. */
  commit(): void {
    this.#finished = undefined;
    for (let i = 0; i < this.#currentCount; i++) {
      const column = this.#currentColumns[i]!;
      const id = this.#currentIds[column]!;
      if (id !== this.#emptyIds[column]) this.#pairs.push(column, id);
    }
    if (this.#nonEmptyCount < this.#currentCount) this.#commitEmpty();
    this.#starts.push(this.#pairs.length);
    this.#nonEmptyCounts.push(this.#nonEmptyCount);
  }

  #commitEmpty(): void {
    for (let i = 0; i < this.#currentCount; i++) {
      const column = this.#currentColumns[i]!;
      const id = this.#currentIds[column]!;
      if (id === this.#emptyIds[column]) this.#pairs.push(column, id);
    }
  }

  /**
   * Makes a series of others the one being read.
   * @param others what has all series that these have, at the same places, and perhaps more
   */
  copyFrom(others: LabelColumns, row: number): void {
    this.begin();
    const end = others.#starts[row + 1]!;
    for (let i = others.#starts[row]!; i < end; i += 2) {
      const column = others.#pairs[i]!;
      while (this.names.length <= column) this.#addColumn(others.names[this.names.length]!);
      const value = others.#dictionaries[column]![others.#pairs[i + 1]!]!;
      this.#addId(column, this.#idsByValue[column]!.get(value) ?? this.#addValue(column, value));
    }
  }

  /** A copy of the first `size` series. */
  copyFirst(size: number): LabelColumns {
    const copy = new LabelColumns();
    for (let row = 0; row < size; row++) {
      copy.copyFrom(this, row);
      copy.commit();
    }
    return copy;
  }

  /** The labels of all series as a family has them; the same for all families that ask before a series is added. */
  finish(): Labels {
    this.#finished ??= { labelNames: this.names, dictionaries: this.#dictionaries, labelIds: this.#labelIds() };
    return this.#finished;
  }

  #labelIds(): Int32Array {
    const width = this.names.length;
    const size = this.#nonEmptyCounts.length;
    const labelIds = new Int32Array(size * width).fill(-1);
    for (let row = 0; row < size; row++) {
      const end = this.#starts[row + 1]!;
      for (let i = this.#starts[row]!; i < end; i += 2) {
        labelIds[row * width + this.#pairs[i]!] = this.#pairs[i + 1]!;
      }
    }
    return labelIds;
  }
}

type Labels = Pick<MetricFamily, 'labelNames' | 'dictionaries' | 'labelIds'>;

/** Spreads a pair of small numbers over all 32 bits. */
function mix(column: number, id: number, seed: number): number {
  let x = Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(column + seed, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return x ^ (x >>> 15);
}
