import { flatCopy } from '@promwright/model';
import { parseNumber } from '../tokens/read-number.ts';

/** Result in place of a key: the text is not a number. */
export const NO_NUMBER = -2;
/** Result in place of a key: the number is NaN, which cannot be a bound. */
export const NOT_A_BOUND = -1;

/** Bounds, quantiles or states of a family, each with a key: its index in the order of the document. */
export class PartKeys {
  readonly #keys = new Map<number | string, number>();
  readonly #contents: (number | string)[] = [];
  /** Keys of numbers by the numbers as written. */
  readonly #keysByText = new Map<string, number>();
  #rising: Rising | undefined;

  get count(): number {
    return this.#contents.length;
  }

  /** Returns all bounds, quantiles or states, each at its key. */
  contents<T extends number | string>(): T[] {
    return this.#contents as T[];
  }

  contentOf(key: number): number | string {
    return this.#contents[key]!;
  }

  /** Returns the key of a bound, quantile or state; adds it if it is new. */
  keyOf(content: number | string): number {
    const known = this.#keys.get(content);
    if (known !== undefined) return known;
    const key = this.#contents.push(content) - 1;
    this.#keys.set(content, key);
    this.#rising = undefined;
    return key;
  }

  /** Returns the key of a number as written in a document, or `NO_NUMBER` or `NOT_A_BOUND`. */
  keyOfText(text: string): number {
    const known = this.#keysByText.get(text);
    if (known !== undefined) return known;
    const number = parseNumber(text);
    const key = number === undefined ? NO_NUMBER : Number.isNaN(number) ? NOT_A_BOUND : this.keyOf(number);
    this.#keysByText.set(flatCopy(text), key);
    return key;
  }

  /** Returns all quantiles, or all bounds but +Inf, in rising order, and the offset of each key in this order. */
  rising(kind: 'bounds' | 'quantiles'): Rising {
    this.#rising ??= risingNumbers(this.#contents as number[], kind === 'bounds');
    return this.#rising;
  }

  /** Returns a copy of the first `count` keys. */
  copyFirst(count: number): PartKeys {
    const copy = new PartKeys();
    for (let key = 0; key < count; key++) copy.keyOf(this.#contents[key]!);
    return copy;
  }
}

/** Bounds or quantiles in the order of a family's layout. */
export interface Rising {
  readonly numbers: Float64Array;
  readonly offsetOfKey: readonly number[];
}

function risingNumbers(contents: readonly number[], withoutInfinite: boolean): Rising {
  const keys: number[] = [];
  let isRising = true;
  for (let key = 0; key < contents.length; key++) {
    keys.push(key);
    if (key > 0 && contents[key]! < contents[key - 1]!) isRising = false;
  }
  // Most writers put them in order.
  if (!isRising) keys.sort((a, b) => (contents[a]! < contents[b]! ? -1 : 1));
  const offsetOfKey = keys.slice();
  const numbers: number[] = [];
  for (let offset = 0; offset < keys.length; offset++) {
    const key = keys[offset]!;
    offsetOfKey[key] = offset;
    if (!withoutInfinite || contents[key] !== Infinity) numbers.push(contents[key]!);
  }
  return { numbers: new Float64Array(numbers), offsetOfKey };
}
