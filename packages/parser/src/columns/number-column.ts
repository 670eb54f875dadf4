// Plain arrays: an array of numbers grows fast and stores them unboxed, whereas creating a typed array of more than a few
// elements takes as long as reading a line, and most families are small.

/** One number for each row; NaN for a row without a number. */
export class NumberColumn {
  readonly #numbers: number[] = [];

  /** True once any row has a number. */
  get used(): boolean {
    return this.#numbers.length > 0;
  }

  get(row: number): number {
    return row < this.#numbers.length ? this.#numbers[row]! : Number.NaN;
  }

  set(row: number, value: number): void {
    while (this.#numbers.length < row) this.#numbers.push(Number.NaN);
    if (row === this.#numbers.length) this.#numbers.push(value);
    else this.#numbers[row] = value;
  }

  /** Returns the numbers of the first `size` rows. */
  toArray(size: number): Float64Array {
    if (size === this.#numbers.length) return new Float64Array(this.#numbers);
    const all = new Float64Array(size).fill(Number.NaN);
    all.set(size < this.#numbers.length ? this.#numbers.slice(0, size) : this.#numbers);
    return all;
  }
}
