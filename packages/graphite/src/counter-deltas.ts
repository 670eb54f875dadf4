/** A number that only rises, as what it rose by since the last snapshot that was handed over. */
export interface Delta {
  readonly value: number;
  /** Whether it began anew since then, or for the first time. */
  readonly isNew: boolean;
}

/**
 * What counters had when they were last handed over. A snapshot that is not handed over changes nothing, so that what it
 * held goes into the next one. Keeps an entry for each counter in up to three snapshots.
 */
export class CounterDeltas {
  /** Before the last one that was handed over, as long as that may have to be sent again. */
  #earlier: Totals | undefined;
  #before: Totals = new Totals();
  #now: Totals = new Totals();

  /** Before a snapshot, also one that is sent again. */
  begin(): void {
    this.#now = new Totals();
  }

  /** The difference of one counter. Where `isNew` is not said, it is new if its value fell. */
  since(path: string, value: number, isNew?: boolean): Delta {
    const before = this.#before.get(path);
    this.#now.set(path, value);
    if (before === undefined || (isNew ?? value < before)) return { value, isNew: true };
    return { value: value - before, isNew: false };
  }

  /** The snapshot was handed over: the next one counts from there. What was not in it is forgotten. */
  commit(): void {
    this.#earlier = this.#before;
    this.#before = this.#now;
    this.#now = new Totals();
  }

  /** The snapshot was not. */
  rollBack(): void {
    this.#now = new Totals();
  }

  /** The one that was handed over last is to be sent again. */
  undo(): void {
    this.#before = this.#earlier ?? this.#before;
    this.#earlier = undefined;
  }

  /** It will not be. */
  confirm(): void {
    this.#earlier = undefined;
  }
}

/** As many maps that one of them, when it grows, holds nothing up: a map of a million takes a tenth of a second. */
const SHARDS = 64;

class Totals {
  readonly #shards: (Map<string, number> | undefined)[] = [];

  get(path: string): number | undefined {
    return this.#shards[shardOf(path)]?.get(path);
  }

  set(path: string, value: number): void {
    const shard = shardOf(path);
    this.#shards[shard] ??= new Map();
    this.#shards[shard].set(path, value);
  }
}

/** By some characters, of which those of the first differing labels are most likely to stand in the middle and at the end. */
function shardOf(path: string): number {
  const { length } = path;
  let hash = length;
  for (let i = 1; i <= 16; i++) hash = (hash * 31 + path.charCodeAt(length - 1 - ((i * i) % length))) | 0;
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}
