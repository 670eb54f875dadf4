/** Increase of a counter since the last snapshot that was sent. */
export interface Delta {
  readonly value: number;
  /** True if the counter is new, or was reset, since that snapshot. */
  readonly isNew: boolean;
}

/**
 * Totals of counters in earlier snapshots, to compute differences. A snapshot that was not sent leaves the base
 * unchanged, so the next snapshot contains its increase. Totals are stored under the number of their snapshot. To
 * return to an earlier snapshot, or to forget counters that a snapshot did not contain, it is enough to change one
 * number.
 */
export class CounterDeltas {
  readonly #shards = Array.from({ length: SHARDS }, () => new Map<string, Totals>());
  #snapshot = 0;
  /** Number of the last snapshot that was sent. */
  #base = 0;
  /** Number of the sent snapshot before `#base`. */
  #beforeBase = 0;
  /** Number of the snapshot before all snapshots that may have to be sent again. */
  #safe = 0;

  /** Begins a snapshot, whether it is new or sent again. */
  begin(): void {
    this.#snapshot++;
    // Removes old counters, which would otherwise stay forever. Each call cleans one shard, so that the program is not
    // blocked.
    const shard = this.#shards[this.#snapshot % SHARDS]!;
    for (const [path, totals] of shard)
      if (!totals.hasAny(this.#base, this.#beforeBase, this.#safe)) shard.delete(path);
  }

  /**
   * Returns the increase of one counter, and stores its total.
   * @param isNew true if the counter is known to be new; if undefined, a counter is new when its value fell
   * @returns undefined if the snapshot had a counter of that path already: a path has one total
   */
  deltaOf(path: string, value: number, isNew?: boolean): Delta | undefined {
    const shard = this.#shards[shardOf(path)]!;
    let totals = shard.get(path);
    if (totals === undefined) {
      totals = new Totals();
      shard.set(path, totals);
    }
    if (totals.at(this.#snapshot) !== undefined) return undefined;
    const before = totals.at(this.#base);
    totals.set(this.#snapshot, value, this.#base, this.#beforeBase, this.#safe);
    if (before === undefined || (isNew ?? value < before)) return { value, isNew: true };
    return { value: value - before, isNew: false };
  }

  /**
   * Marks the snapshot as sent: the next snapshot counts from the totals of this one. Counters that this snapshot did
   * not contain are forgotten.
   */
  commit(): void {
    this.#beforeBase = this.#base;
    this.#base = this.#snapshot;
  }

  /**
   * Marks the sent snapshots as received, so that {@link undo} does not take them back.
   * @param exceptLast true if the last snapshot may still have to be sent again
   */
  confirm(exceptLast: boolean): void {
    if (!exceptLast) this.#beforeBase = this.#base;
    this.#safe = this.#beforeBase;
  }

  /** Takes back all snapshots that were not confirmed, because they will be sent again. */
  undo(): void {
    this.#base = this.#safe;
    this.#beforeBase = this.#safe;
  }
}

/**
 * Number of maps. Many small maps are used, because a single map of a million entries blocks the program for a tenth of
 * a second when it grows.
 */
const SHARDS = 64;

/** Totals of one counter in at most four snapshots: `#base`, `#beforeBase`, `#safe`, and the current one. */
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

  /** Stores a total in place of any snapshot except `a`, `b` and `c`. */
  set(snapshot: number, value: number, a: number, b: number, c: number): void {
    for (let i = 0; i < this.#snapshots.length; i++) {
      const stored = this.#snapshots[i]!;
      if (stored === a || stored === b || stored === c) continue;
      this.#snapshots[i] = snapshot;
      this.#values[i] = value;
      return;
    }
  }
}

/**
 * Returns the shard of a path, by a hash of 16 characters from all parts of the path, because paths of different
 * counters differ in some of them.
 */
function shardOf(path: string): number {
  const { length } = path;
  let hash = length;
  for (let i = 1; i <= 16; i++) hash = (hash * 31 + path.charCodeAt(length - 1 - ((i * i) % length))) | 0;
  return (hash ^ (hash >>> 16)) & (SHARDS - 1);
}
