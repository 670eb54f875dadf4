import type { MetricFamily } from '@promwright/model';
import { withRoom } from './growable.ts';
import { detached } from './read-quoted.ts';

/**
 * The labels of the series of a family: those of the series that is being read, and those of all that were added. Names and
 * values are held once each, however many series have them.
 */
export class LabelColumns {
  readonly names: string[] = [];
  readonly #columns = new Map<string, number>();
  readonly #idsByValue: Map<string, number>[] = [];
  /** By column the value that was last seen there, which is often the next one too. */
  readonly #lastValues: string[] = [];
  readonly #lastIds: number[] = [];
  /** By column the id of the empty value, which is as good as none at all. */
  readonly #emptyIds: number[] = [];
  // The series being read: its id in each column (or -1), and which columns those are.
  #row = new Int32Array(8).fill(-1);
  #present = new Int32Array(8);
  #presentCount = 0;
  /** How many of those are not empty. */
  #fullCount = 0;
  // All others: pairs of column and id, where the pairs of each series begin, and how many of them are not empty: the first.
  #pairs = new Int32Array(32);
  #starts = new Int32Array(16);
  #fullCounts = new Int32Array(16);
  #size = 0;
  // So that nobody can make up labels that all have one hash.
  readonly #seed = Math.floor(Math.random() * 2 ** 32);

  /** Begins to read a series, or reads on in place of one that was not added. */
  begin(): void {
    for (let i = 0; i < this.#presentCount; i++) this.#row[this.#present[i]!] = -1;
    this.#presentCount = 0;
    this.#fullCount = 0;
  }

  /** The column of a label that stands in a text. */
  columnAt(text: string, start: number, end: number): number {
    // Most series have their labels in the order of the series before: what stood in this place stands there still.
    const guess = this.#present[this.#presentCount]!;
    const name = this.names[guess];
    if (name !== undefined && name.length === end - start && text.startsWith(name, start)) return guess;
    return this.columnOf(text.slice(start, end));
  }

  /** The column of a label. */
  columnOf(name: string): number {
    const known = this.#columns.get(name);
    if (known !== undefined) return known;
    const own = detached(name);
    const column = this.names.push(own) - 1;
    this.#columns.set(own, column);
    this.#idsByValue.push(new Map());
    this.#lastValues.push('');
    this.#lastIds.push(-1);
    this.#emptyIds.push(-1);
    if (column >= this.#row.length) {
      const grown = new Int32Array(this.#row.length * 2).fill(-1);
      grown.set(this.#row);
      this.#row = grown;
      this.#present = withRoom(this.#present, grown.length);
    }
    return column;
  }

  /** Gives the series a value that stands in a text. Returns whether it had none for that label. */
  addAt(column: number, text: string, start: number, end: number): boolean {
    const last = this.#lastValues[column]!;
    if (this.#lastIds[column]! >= 0 && last.length === end - start && text.startsWith(last, start)) {
      return this.#addId(column, this.#lastIds[column]!);
    }
    return this.add(column, text.slice(start, end));
  }

  /** Gives the series a value. Returns whether it had none for that label. */
  add(column: number, value: string): boolean {
    const ids = this.#idsByValue[column]!;
    let id = ids.get(value);
    if (id === undefined) {
      id = ids.size;
      value = detached(value);
      ids.set(value, id);
      if (value === '') this.#emptyIds[column] = id;
    }
    // The map's own copy would do as well; what was found is equal to it, but may hold on to a whole document.
    if (value.length < MAX_REMEMBERED) {
      this.#lastValues[column] = detached(value);
      this.#lastIds[column] = id;
    }
    return this.#addId(column, id);
  }

  #addId(column: number, id: number): boolean {
    if (this.#row[column]! >= 0) return false;
    this.#row[column] = id;
    this.#present[this.#presentCount++] = column;
    if (id !== this.#emptyIds[column]) this.#fullCount++;
    return true;
  }

  /** Whether the series being read has a label. */
  has(name: string): boolean {
    const column = this.#columns.get(name);
    return column !== undefined && this.#row[column]! >= 0;
  }

  /** A hash of the labels of the series being read, whatever their order. */
  hash(): number {
    let sum = this.#seed;
    for (let i = 0; i < this.#presentCount; i++) {
      const column = this.#present[i]!;
      const id = this.#row[column]!;
      if (id !== this.#emptyIds[column]) sum += mixed(column, id, this.#seed);
    }
    return sum | 0;
  }

  /** Whether a series that was added has the same labels as the one being read. */
  equals(point: number): boolean {
    if (this.#fullCounts[point] !== this.#fullCount) return false;
    const start = this.#starts[point]!;
    for (let i = start; i < start + 2 * this.#fullCount; i += 2) {
      if (this.#row[this.#pairs[i]!] !== this.#pairs[i + 1]) return false;
    }
    return true;
  }

  /** Adds the series being read. */
  commit(): void {
    const start = this.#starts[this.#size]!;
    let full = start;
    let empty = start + 2 * this.#fullCount;
    const end = start + 2 * this.#presentCount;
    this.#pairs = withRoom(this.#pairs, end);
    for (let i = 0; i < this.#presentCount; i++) {
      const column = this.#present[i]!;
      const id = this.#row[column]!;
      const isEmpty = id === this.#emptyIds[column];
      const at = isEmpty ? empty : full;
      this.#pairs[at] = column;
      this.#pairs[at + 1] = id;
      if (isEmpty) empty += 2;
      else full += 2;
    }
    this.#fullCounts = withRoom(this.#fullCounts, this.#size + 1);
    this.#fullCounts[this.#size] = this.#fullCount;
    this.#size++;
    this.#starts = withRoom(this.#starts, this.#size + 1);
    this.#starts[this.#size] = end;
  }

  /** The labels of all series as a family has them. */
  finish(): Pick<MetricFamily, 'labelNames' | 'dictionaries' | 'labelIds'> {
    const width = this.names.length;
    const labelIds = new Int32Array(this.#size * width).fill(-1);
    for (let point = 0; point < this.#size; point++) {
      for (let i = this.#starts[point]!; i < this.#starts[point + 1]!; i += 2) {
        labelIds[point * width + this.#pairs[i]!] = this.#pairs[i + 1]!;
      }
    }
    return { labelNames: this.names, dictionaries: this.#idsByValue.map((ids) => [...ids.keys()]), labelIds };
  }
}

/** Of longer values the last one is not kept for comparison: a copy costs more than it saves. */
const MAX_REMEMBERED = 64;

/** Spreads a pair of small numbers over all 32 bits. */
function mixed(column: number, id: number, seed: number): number {
  let x = Math.imul(id + 1, 0x9e3779b1) ^ Math.imul(column + seed, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  x = Math.imul(x ^ (x >>> 12), 0x297a2d39);
  return x ^ (x >>> 15);
}
