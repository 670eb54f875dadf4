import { flatCopy, isClassicLabelName, type MetricFamily } from '@promwright/model';
import { QUOTE } from '../tokens/char-codes.ts';

/**
 * Labels of the rows of a family, and the current labels: those of the line being read. Names and values are stored once each,
 * however many rows have them.
 */
export class LabelColumns {
  readonly names: string[] = [];
  /** Current labels as written before the part label; empty if there are none or they were not noted. */
  #written = '';
  readonly #columns = new Map<string, number>();
  /** By column: the name as written before a value, such as `method="`. */
  readonly #openings: string[] = [];
  readonly #idsByValue: Map<string, number>[] = [];
  /** By column: all values, each at its id. */
  readonly #dictionaries: string[][] = [];
  /** By column: id of the last value without escapes, which is often the next value too; -1 for none yet. */
  readonly #lastIds: number[] = [];
  /** By column: id of the empty value. An empty label equals an absent label. */
  readonly #emptyIds: number[] = [];
  // Current labels: the id in each column (-1 for none), and the columns in the order of the line.
  readonly #currentIds: number[] = [];
  readonly #currentColumns: number[] = [];
  #currentCount = 0;
  /** Number of current labels that are not empty. */
  #nonEmptyCount = 0;
  // Rows: pairs of column and id, where the pairs of each row begin, and the number of its non-empty pairs, which come first.
  readonly #pairs: number[] = [];
  readonly #starts = [0];
  readonly #nonEmptyCounts: number[] = [];
  #finished: Labels | undefined;
  // Random, so that no document can be made of labels with equal hashes.
  readonly #seed = Math.floor(Math.random() * 2 ** 32);

  /** Clears the current labels. */
  begin(): void {
    for (let i = 0; i < this.#currentCount; i++) this.#currentIds[this.#currentColumns[i]!] = -1;
    this.#currentCount = 0;
    this.#nonEmptyCount = 0;
    this.#written = '';
  }

  /** Notes the text of the current labels before the part label, so that the next line can repeat it. `end` is -1 for none. */
  noteWritten(text: string, start: number, end: number): void {
    if (end - start === this.#written.length) return;
    this.#written = end < 0 ? '' : text.slice(start, end);
  }

  /** Returns the end of the noted labels if a text repeats them at `start`, perhaps with other labels after them; else -1. */
  repeatedEnd(text: string, start: number): number {
    return this.#written !== '' && text.startsWith(this.#written, start) ? start + this.#written.length : -1;
  }

  /**
   * Returns the column of the label that begins at `start`, or -1. Compares only with the label that the previous line had
   * in this position, because most lines repeat it; and only without blanks around the equals sign.
   */
  columnAt(text: string, start: number): number {
    const guess = this.#currentColumns[this.#currentCount];
    return guess !== undefined && text.startsWith(this.#openings[guess]!, start) ? guess : -1;
  }

  /** Returns the start of the value of a label that `columnAt` found at `start`. */
  valueStart(column: number, start: number): number {
    return start + this.#openings[column]!.length;
  }

  /** Returns the column of a label name; adds it if it is new. */
  columnOf(name: string): number {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    return this.#addColumn(flatCopy(name));
  }

  #addColumn(name: string): number {
    const column = this.names.push(name) - 1;
    this.#columns.set(name, column);
    this.#openings.push(openingOf(name));
    this.#idsByValue.push(new Map());
    this.#dictionaries.push([]);
    this.#lastIds.push(-1);
    this.#emptyIds.push(-1);
    this.#currentIds.push(-1);
    this.#currentColumns.push(0);
    return column;
  }

  /** Returns the end of the value that begins at `start` if it is the last value of the column; else -1. */
  lastValueEnd(column: number, text: string, start: number): number {
    const last = this.#dictionaries[column]![this.#lastIds[column]!];
    if (last === undefined || !text.startsWith(last, start)) return -1;
    const end = start + last.length;
    return text.charCodeAt(end) === QUOTE ? end : -1;
  }

  /** Adds a current label with the last value of the column. Returns false if there is a label of this name already. */
  addLast(column: number): boolean {
    return this.#addId(column, this.#lastIds[column]!);
  }

  /** Adds a current label whose value has no escapes. Returns false if there is a label of this name already. */
  addPlain(column: number, value: string): boolean {
    const id = this.#idOf(column, value);
    this.#lastIds[column] = id;
    return this.#addId(column, id);
  }

  /** Adds a current label. Returns false if there is a label of this name already. */
  add(column: number, value: string): boolean {
    return this.#addId(column, this.#idOf(column, value));
  }

  #idOf(column: number, value: string): number {
    return this.#idsByValue[column]!.get(value) ?? this.#addValue(column, flatCopy(value));
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

  /** Returns true if the current labels contain a name. */
  has(name: string): boolean {
    const column = this.#columns.get(name);
    return column !== undefined && this.#currentIds[column]! >= 0;
  }

  /** Returns a hash of the current labels that does not depend on their order. */
  hash(): number {
    let sum = this.#seed;
    for (let i = 0; i < this.#currentCount; i++) {
      const column = this.#currentColumns[i]!;
      const id = this.#currentIds[column]!;
      if (id !== this.#emptyIds[column]) sum += mix(column, id, this.#seed);
    }
    return sum | 0;
  }

  /** Returns true if a row has the current labels. Empty labels do not count. */
  equals(row: number): boolean {
    if (this.#nonEmptyCounts[row] !== this.#nonEmptyCount) return false;
    const start = this.#starts[row]!;
    for (let i = start; i < start + 2 * this.#nonEmptyCount; i += 2) {
      if (this.#currentIds[this.#pairs[i]!] !== this.#pairs[i + 1]) return false;
    }
    return true;
  }

  /** Returns true if a row that equals the current labels has their empty labels too. */
  hasAllEmpty(row: number): boolean {
    if (this.#nonEmptyCount === this.#currentCount) return true;
    let empty = 0;
    const end = this.#starts[row + 1]!;
    for (let i = this.#starts[row]! + 2 * this.#nonEmptyCount; i < end; i += 2) {
      if (this.#currentIds[this.#pairs[i]!] === this.#pairs[i + 1]) empty++;
    }
    return empty === this.#currentCount - this.#nonEmptyCount;
  }

  /** Adds a row with the current labels. */
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
   * Makes the labels of another family's row the current labels.
   * @param others columns that begin with all columns and rows of this family, and may have more
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

  /** Returns a copy of the first `size` rows. */
  copyFirst(size: number): LabelColumns {
    const copy = new LabelColumns();
    for (let row = 0; row < size; row++) {
      copy.copyFrom(this, row);
      copy.commit();
    }
    return copy;
  }

  /** Returns the labels of all rows as columns of a family. Families share the result until another row is added. */
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

/** Returns a label up to its value, as most writers write it. The text of a name without its quotes could be another label. */
function openingOf(name: string): string {
  if (isClassicLabelName(name)) return `${name}="`;
  return `"${name.replace(/[\\"\n]/g, (char) => (char === '\n' ? '\\n' : `\\${char}`))}"="`;
}

type Labels = Pick<MetricFamily, 'labelNames' | 'dictionaries' | 'labelIds'>;

/** Returns a hash of a pair of small integers, spread over all 32 bits. */
function mix(column: number, id: number, seed: number): number {
  let x = Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(column + seed, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return x ^ (x >>> 15);
}
