import { NumberColumn } from './number-column.ts';

/** Buckets, quantiles or states of rows, in the order of the document. */
export class PartList {
  readonly #rows: number[] = [];
  readonly #keys: number[] = [];
  readonly #values = new NumberColumn();

  push(row: number, key: number, value: number): void {
    this.#values.set(this.#rows.length, value);
    this.#rows.push(row);
    this.#keys.push(key);
  }

  /** Writes every part to its offset in rows of `width` numbers. */
  writeTo(values: Float64Array, width: number, offsetOfKey: ArrayLike<number>): void {
    for (let i = 0; i < this.#rows.length; i++) {
      values[this.#rows[i]! * width + offsetOfKey[this.#keys[i]!]!] = this.#values.get(i);
    }
  }

  /** Returns true if in every row the part at an offset is the row's number in a column. */
  areEqual(offset: number, offsetOfKey: ArrayLike<number>, numbers: NumberColumn, size: number): boolean {
    const found = new NumberColumn();
    for (let i = 0; i < this.#rows.length; i++) {
      if (offsetOfKey[this.#keys[i]!] === offset) found.set(this.#rows[i]!, this.#values.get(i));
    }
    for (let row = 0; row < size; row++) if (found.get(row) !== numbers.get(row)) return false;
    return true;
  }
}
