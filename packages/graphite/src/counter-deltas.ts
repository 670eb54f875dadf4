/** A number that only rises, as what it rose by since the last snapshot that was handed over. */
export interface Delta {
  readonly value: number;
  /** Whether it began anew since then, or for the first time. */
  readonly isNew: boolean;
}

/**
 * What counters had in the snapshots before. One that is not handed over changes nothing, so that what it held goes into the
 * next one. What a counter had is kept by the number of the snapshot, so that taking a snapshot back, or forgetting what was
 * not in one, costs nothing but a number.
 */
export class CounterDeltas {
  readonly #shards = Array.from({ length: SHARDS }, () => new Map<string, Totals>());
  #snapshot = 0;
  /** The last one that was handed over, and the one before. */
  #base = 0;
  #earlier = 0;

  /** Before a snapshot, also one that is sent again. */
  begin(): void {
    this.#snapshot++;
    // A part of all, each time, so that it holds nothing up: counters that are no more must not stay for ever.
    const shard = this.#shards[this.#snapshot % SHARDS]!;
    for (const [path, totals] of shard) if (!totals.has(this.#base, this.#earlier)) shard.delete(path);
  }

  /** The difference of one counter. Where `isNew` is not said, it is new if its value fell. */
  since(path: string, value: number, isNew?: boolean): Delta {
    const shard = this.#shards[shardOf(path)]!;
    let totals = shard.get(path);
    if (totals === undefined) {
      totals = new Totals();
      shard.set(path, totals);
    }
    const before = totals.at(this.#base);
    totals.set(this.#snapshot, value, this.#base, this.#earlier);
    if (before === undefined || (isNew ?? value < before)) return { value, isNew: true };
    return { value: value - before, isNew: false };
  }

  /** The snapshot was handed over: the next one counts from there. What was not in it is forgotten. */
  commit(): void {
    this.#earlier = this.#base;
    this.#base = this.#snapshot;
  }

  /** The one that was handed over last is to be sent again. */
  undo(): void {
    this.#base = this.#earlier;
  }
}

/** As many maps that none of them holds anything up when it grows: a map of a million takes a tenth of a second. */
const SHARDS = 64;

/** What a counter had in three snapshots at most: the two that matter, and the one that is made. */
class Totals {
  #snapshot1 = -1;
  #value1 = 0;
  #snapshot2 = -1;
  #value2 = 0;
  #snapshot3 = -1;
  #value3 = 0;

  at(snapshot: number): number | undefined {
    if (this.#snapshot1 === snapshot) return this.#value1;
    if (this.#snapshot2 === snapshot) return this.#value2;
    return this.#snapshot3 === snapshot ? this.#value3 : undefined;
  }

  has(snapshot: number, other: number): boolean {
    return this.at(snapshot) !== undefined || this.at(other) !== undefined;
  }

  /** In the place of one that is neither of those to be kept. */
  set(snapshot: number, value: number, base: number, earlier: number): void {
    if (this.#snapshot1 !== base && this.#snapshot1 !== earlier) {
      this.#snapshot1 = snapshot;
      this.#value1 = value;
    } else if (this.#snapshot2 !== base && this.#snapshot2 !== earlier) {
      this.#snapshot2 = snapshot;
      this.#value2 = value;
    } else {
      this.#snapshot3 = snapshot;
      this.#value3 = value;
    }
  }
}

/** By characters all over the path, of which some differ from counter to counter. */
function shardOf(path: string): number {
  const { length } = path;
  let hash = length;
  for (let i = 1; i <= 16; i++) hash = (hash * 31 + path.charCodeAt(length - 1 - ((i * i) % length))) | 0;
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}
