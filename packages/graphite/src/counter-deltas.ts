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
  #beforeBase = 0;
  /** The one before all that may have to be sent again. */
  #safe = 0;

  /** Before a snapshot, also one that is sent again. */
  begin(): void {
    this.#snapshot++;
    // A part of all, each time, so that it holds nothing up: counters that are no more must not stay for ever.
    const shard = this.#shards[this.#snapshot % SHARDS]!;
    for (const [path, totals] of shard)
      if (!totals.hasAny(this.#base, this.#beforeBase, this.#safe)) shard.delete(path);
  }

  /** The difference of one counter. Where `isNew` is not said, it is new if its value fell. */
  deltaOf(path: string, value: number, isNew?: boolean): Delta {
    const shard = this.#shards[shardOf(path)]!;
    let totals = shard.get(path);
    if (totals === undefined) {
      totals = new Totals();
      shard.set(path, totals);
    }
    const before = totals.at(this.#base);
    totals.set(this.#snapshot, value, this.#base, this.#beforeBase, this.#safe);
    if (before === undefined || (isNew ?? value < before)) return { value, isNew: true };
    return { value: value - before, isNew: false };
  }

  /** The snapshot was handed over: the next one counts from there. What was not in it is forgotten. */
  commit(): void {
    this.#beforeBase = this.#base;
    this.#base = this.#snapshot;
  }

  /** All that were handed over so far stay so; or `exceptLast`, which may still have to be sent again. */
  confirm(exceptLast: boolean): void {
    if (!exceptLast) this.#beforeBase = this.#base;
    this.#safe = this.#beforeBase;
  }

  /** All that were not confirmed are to be sent again. */
  undo(): void {
    this.#base = this.#safe;
    this.#beforeBase = this.#safe;
  }
}

/** As many maps that none of them holds anything up when it grows: a map of a million takes a tenth of a second. */
const SHARDS = 64;

/** What a counter had in four snapshots at most: the three that matter, and the one that is made. */
class Totals {
  readonly #snapshots = [-1, -1, -1, -1];
  readonly #values = [0.5, 0.5, 0.5, 0.5];

  at(snapshot: number): number | undefined {
    const i = this.#snapshots.indexOf(snapshot);
    return i < 0 ? undefined : this.#values[i];
  }

  hasAny(a: number, b: number, c: number): boolean {
    return this.#snapshots.some((each) => each === a || each === b || each === c);
  }

  /** In the place of one that is none of those to be kept. */
  set(snapshot: number, value: number, a: number, b: number, c: number): void {
    for (let i = 0; i < this.#snapshots.length; i++) {
      const there = this.#snapshots[i]!;
      if (there === a || there === b || there === c) continue;
      this.#snapshots[i] = snapshot;
      this.#values[i] = value;
      return;
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
