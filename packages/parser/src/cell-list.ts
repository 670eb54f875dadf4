import { NumberColumn } from './growable.ts';
import { numberOf } from './read-number.ts';
import { detached } from './read-quoted.ts';

/** In place of a key: the text is no number. */
export const NO_NUMBER = -2;
/** In place of a key: the number is NaN, which can bound nothing. */
export const NOT_A_BOUND = -1;

/** Buckets, quantiles or states of series, in the order in which they were read. */
export class CellList {
  readonly #keys = new Map<number | string, number>();
  readonly #contents: (number | string)[] = [];
  /** Keys of numbers by the texts that they were written as. */
  readonly #keysByText = new Map<string, number>();
  readonly #points: number[] = [];
  readonly #keyList: number[] = [];
  readonly #values = new NumberColumn();

  get keyCount(): number {
    return this.#contents.length;
  }

  /** All bounds, quantiles or states, each at its key. */
  contents<T extends number | string>(): T[] {
    return this.#contents as T[];
  }

  contentOf(key: number): number | string {
    return this.#contents[key]!;
  }

  keyOf(content: number | string): number {
    const known = this.#keys.get(content);
    if (known !== undefined) return known;
    const key = this.#contents.push(content) - 1;
    this.#keys.set(content, key);
    return key;
  }

  /** The key of a number as it stands in a document, or one of the two constants above. */
  keyOfText(text: string): number {
    const known = this.#keysByText.get(text);
    if (known !== undefined) return known;
    const number = numberOf(text);
    const key = number === undefined ? NO_NUMBER : Number.isNaN(number) ? NOT_A_BOUND : this.keyOf(number);
    this.#keysByText.set(detached(text), key);
    return key;
  }

  push(point: number, key: number, value: number): void {
    this.#values.set(this.#points.length, value);
    this.#points.push(point);
    this.#keyList.push(key);
  }

  /** Writes every cell to where it belongs in rows of `width` numbers. */
  writeTo(values: Float64Array, width: number, offsetOfKey: ArrayLike<number>): void {
    for (let i = 0; i < this.#points.length; i++) {
      values[this.#points[i]! * width + offsetOfKey[this.#keyList[i]!]!] = this.#values.get(i);
    }
  }
}
