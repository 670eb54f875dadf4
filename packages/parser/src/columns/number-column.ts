// Plain arrays: an array of numbers grows fast and stores them unboxed, whereas creating a typed array of more than a few
// elements takes as long as reading a line, and most families are small.

/** One number for each row, or none. */
export class NumberColumn {
  readonly #numbers: number[] = [];
  /** Rows without a number below the last row with one. Created for the first. */
  #skipped: Set<number> | undefined;

  /** True once any row has a number. */
  get used(): boolean {
    return this.#numbers.length > 0;
  }

  /** Returns true if a row has a number. */
  has(row: number): boolean {
    return row < this.#numbers.length && !this.#skipped?.has(row);
  }

  /** Returns the number of a row; NaN for none. */
  get(row: number): number {
    return row < this.#numbers.length ? this.#numbers[row]! : Number.NaN;
  }

  set(row: number, value: number): void {
    while (this.#numbers.length < row) {
      this.#skipped ??= new Set();
      this.#skipped.add(this.#numbers.push(Number.NaN) - 1);
    }
    if (row === this.#numbers.length) {
      this.#numbers.push(value);
      return;
    }
    this.#numbers[row] = value;
    this.#skipped?.delete(row);
  }

  /** Returns the numbers of the first `size` rows; NaN for a row without one. */
  toArray(size: number): Float64Array {
    if (size === this.#numbers.length) return new Float64Array(this.#numbers);
    const all = new Float64Array(size).fill(Number.NaN);
    all.set(size < this.#numbers.length ? this.#numbers.slice(0, size) : this.#numbers);
    return all;
  }
}
