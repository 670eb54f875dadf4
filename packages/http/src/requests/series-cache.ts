import type { RequestValues } from './request-labels.ts';

/** Enough for every route, method and status of a large service; what comes later is looked up each time. */
const MAX_CACHED = 10_000;

type Level = Map<unknown, unknown>;

/** What is held for each combination of values, so that a request costs a few reads of a map and no hashing of labels. */
export class SeriesCache<T> {
  readonly #root: Level = new Map();
  #size = 0;

  find(values: RequestValues): T | undefined {
    let found: unknown = this.#root;
    for (let i = 0; i < values.length; i++) {
      found = (found as Level).get(values[i]);
      if (found === undefined) return undefined;
    }
    return found as T;
  }

  /** Holds something under these values, while there is room. */
  hold(values: RequestValues, held: T): void {
    if (this.#size >= MAX_CACHED) return;
    let level = this.#root;
    for (let i = 0; i < values.length - 1; i++) {
      let next = level.get(values[i]) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(values[i], next);
      }
      level = next;
    }
    level.set(values.at(-1), held);
    this.#size++;
  }

  clear(): void {
    this.#root.clear();
    this.#size = 0;
  }
}
