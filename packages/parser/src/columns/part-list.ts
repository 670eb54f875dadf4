import { NumberColumn } from './number-column.ts';

/** Buckets, quantiles or states of series, in the order in which they were read. */
export class PartList {
  readonly #rows: number[] = [];
  readonly #keys: number[] = [];
  readonly #values = new NumberColumn();

  push(row: number, key: number, value: number): void {
    this.#values.set(this.#rows.length, value);
    this.#rows.push(row);
    this.#keys.push(key);
  }

  /** Writes every cell to where it belongs in rows of `width` numbers. */
  writeTo(values: Float64Array, width: number, offsetOfKey: ArrayLike<number>): void {
    for (let i = 0; i < this.#rows.length; i++) {
      values[this.#rows[i]! * width + offsetOfKey[this.#keys[i]!]!] = this.#values.get(i);
    }
  }

  /** Whether the parts at an offset of their rows are, series by series, the numbers of a column. */
  areEqual(offset: number, offsetOfKey: ArrayLike<number>, numbers: NumberColumn, size: number): boolean {
    const found = new NumberColumn();
    for (let i = 0; i < this.#rows.length; i++) {
      if (offsetOfKey[this.#keys[i]!] === offset) found.set(this.#rows[i]!, this.#values.get(i));
    }
    for (let row = 0; row < size; row++) if (found.get(row) !== numbers.get(row)) return false;
    return true;
  }
}
