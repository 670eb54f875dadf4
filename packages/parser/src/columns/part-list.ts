import { NumberColumn } from './number-column.ts';

/** Buckets, quantiles or states of series, in the order in which they were read. */
export class CellList {
  readonly #points: number[] = [];
  readonly #keys: number[] = [];
  readonly #values = new NumberColumn();

  push(point: number, key: number, value: number): void {
    this.#values.set(this.#points.length, value);
    this.#points.push(point);
    this.#keys.push(key);
  }

  /** Writes every cell to where it belongs in rows of `width` numbers. */
  writeTo(values: Float64Array, width: number, offsetOfKey: ArrayLike<number>): void {
    for (let i = 0; i < this.#points.length; i++) {
      values[this.#points[i]! * width + offsetOfKey[this.#keys[i]!]!] = this.#values.get(i);
    }
  }

  /** Whether the cells at an offset of their rows are, series by series, the numbers of a column. */
  areEqual(offset: number, offsetOfKey: ArrayLike<number>, numbers: NumberColumn, size: number): boolean {
    const found = new NumberColumn();
    for (let i = 0; i < this.#points.length; i++) {
      if (offsetOfKey[this.#keys[i]!] === offset) found.set(this.#points[i]!, this.#values.get(i));
    }
    for (let point = 0; point < size; point++) if (found.get(point) !== numbers.get(point)) return false;
    return true;
  }
}
