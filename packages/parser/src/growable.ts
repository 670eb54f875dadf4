/** The array itself if it has room for `length` numbers, else a copy with at least twice the room. */
export function withRoom(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (length <= array.length) return array;
  const grown = new Int32Array(Math.max(length, array.length * 2, 16));
  grown.set(array);
  return grown;
}

/** A number for each series, NaN where none was set. */
export class NumberColumn {
  #numbers = new Float64Array(0);
  #used = false;

  /** Whether any series has a number. */
  get used(): boolean {
    return this.#used;
  }

  get(index: number): number {
    return index < this.#numbers.length ? this.#numbers[index]! : Number.NaN;
  }

  set(index: number, value: number): void {
    if (index >= this.#numbers.length) {
      const grown = new Float64Array(Math.max(index + 1, this.#numbers.length * 2, 4)).fill(Number.NaN);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#numbers[index] = value;
    this.#used = true;
  }

  /** The numbers of the first `size` series. */
  toArray(size: number): Float64Array {
    if (size <= this.#numbers.length) return this.#numbers.slice(0, size);
    const all = new Float64Array(size).fill(Number.NaN);
    all.set(this.#numbers);
    return all;
  }
}

/** Whole numbers one after the other. */
export class IntegerList {
  #numbers = new Int32Array(0);
  length = 0;

  push(value: number): void {
    this.#numbers = withRoom(this.#numbers, this.length + 1);
    this.#numbers[this.length++] = value;
  }

  at(index: number): number {
    return this.#numbers[index]!;
  }

  toArray(): Int32Array {
    return this.#numbers.slice(0, this.length);
  }
}
