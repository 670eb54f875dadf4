// Plain arrays: those of numbers grow fast and hold them bare, whereas a typed array of more than a few costs as much to make
// as it takes to read a line, and most families are small.

/** A number for each series, NaN where none was set. */
export class NumberColumn {
  readonly #numbers: number[] = [];

  /** Whether any series has a number. */
  get used(): boolean {
    return this.#numbers.length > 0;
  }

  get(index: number): number {
    return index < this.#numbers.length ? this.#numbers[index]! : Number.NaN;
  }

  set(index: number, value: number): void {
    while (this.#numbers.length < index) this.#numbers.push(Number.NaN);
    if (index === this.#numbers.length) this.#numbers.push(value);
    else this.#numbers[index] = value;
  }

  /** The numbers of the first `size` series. */
  toArray(size: number): Float64Array {
    if (size === this.#numbers.length) return new Float64Array(this.#numbers);
    const all = new Float64Array(size).fill(Number.NaN);
    all.set(size < this.#numbers.length ? this.#numbers.slice(0, size) : this.#numbers);
    return all;
  }
}
