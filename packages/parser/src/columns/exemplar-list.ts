import type { Exemplar, ExemplarColumns } from '@promwright/model';

/** Exemplars of a family while it is being read. */
export class ExemplarList {
  readonly #rows: number[] = [];
  readonly #keys: number[] = [];
  readonly #exemplars: Exemplar[] = [];

  /** @param key key of the bound of its bucket, or -1 */
  add(row: number, key: number, exemplar: Exemplar): void {
    this.#rows.push(row);
    this.#keys.push(key);
    this.#exemplars.push(exemplar);
  }

  /** Returns the exemplars by row, in the order of the document within a row. */
  finish(size: number, bucketOfKey: (key: number) => number): ExemplarColumns | undefined {
    const { length } = this.#exemplars;
    if (length === 0) return undefined;
    const offsets = new Int32Array(size + 1);
    for (let i = 0; i < length; i++) offsets[this.#rows[i]! + 1]!++;
    for (let row = 0; row < size; row++) offsets[row + 1]! += offsets[row]!;
    const next = offsets.slice();
    const exemplars = new Array<Exemplar>(length);
    const buckets = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      const place = next[this.#rows[i]!]!++;
      const key = this.#keys[i]!;
      exemplars[place] = this.#exemplars[i]!;
      buckets[place] = key < 0 ? -1 : bucketOfKey(key);
    }
    return { offsets, exemplars, buckets };
  }
}
