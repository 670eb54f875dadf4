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

  /**
   * Writes every part to its offset in rows of `width` numbers.
   * @param absent cleared at the places of the parts
   */
  writeTo(values: Float64Array, absent: Uint8Array, width: number, offsetOfKey: ArrayLike<number>): void {
    for (let i = 0; i < this.#rows.length; i++) {
      const place = this.#rows[i]! * width + offsetOfKey[this.#keys[i]!]!;
      values[place] = this.#values.get(i);
      absent[place] = 0;
    }
  }

  /** Returns true if in every row the part at an offset is the row's number in a column, or both are absent. */
  areEqual(offset: number, offsetOfKey: ArrayLike<number>, numbers: NumberColumn, size: number): boolean {
    const found = new NumberColumn();
    for (let i = 0; i < this.#rows.length; i++) {
      if (offsetOfKey[this.#keys[i]!] === offset) found.set(this.#rows[i]!, this.#values.get(i));
    }
    for (let row = 0; row < size; row++) {
      if (found.has(row) !== numbers.has(row) || !Object.is(found.get(row), numbers.get(row))) return false;
    }
    return true;
  }
}
