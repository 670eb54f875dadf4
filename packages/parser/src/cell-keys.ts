import { numberOf } from './read-number.ts';
import { detached } from './read-quoted.ts';

/** In place of a key: the text is no number. */
export const NO_NUMBER = -2;
/** In place of a key: the number is NaN, which can bound nothing. */
export const NOT_A_BOUND = -1;

/** Bounds, quantiles or states of a family, each with a number that stands for it: its key. */
export class CellKeys {
  readonly #keys = new Map<number | string, number>();
  readonly #contents: (number | string)[] = [];
  /** Keys of numbers by the texts that they were written as. */
  readonly #keysByText = new Map<string, number>();
  #sorted: SortedBounds | undefined;

  get count(): number {
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
    this.#sorted = undefined;
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

  /** All bounds or quantiles in rising order. */
  sorted(): SortedBounds {
    this.#sorted ??= sortedBounds(this.#contents as number[]);
    return this.#sorted;
  }

  /** A copy of the first `count`. */
  first(count: number): CellKeys {
    const copy = new CellKeys();
    for (let key = 0; key < count; key++) copy.keyOf(this.#contents[key]!);
    return copy;
  }
}

/** Bounds or quantiles in the order in which a family has them. */
export interface SortedBounds {
  readonly all: Float64Array;
  /** Without +Inf. */
  readonly finite: Float64Array;
  /** At which place in this order a key is. */
  readonly offsetOfKey: readonly number[];
}

function sortedBounds(contents: readonly number[]): SortedBounds {
  const keys = contents.map((_, key) => key);
  keys.sort((a, b) => (contents[a]! < contents[b]! ? -1 : 1));
  const offsetOfKey = keys.slice();
  for (let offset = 0; offset < keys.length; offset++) offsetOfKey[keys[offset]!] = offset;
  const all = new Float64Array(keys.map((key) => contents[key]!));
  return { all, finite: all.at(-1) === Infinity ? all.slice(0, -1) : all, offsetOfKey };
}
