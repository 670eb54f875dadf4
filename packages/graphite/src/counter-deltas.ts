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
  readonly #shards = Array.from({ length: SHARDS }, () => new Shard());
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
    this.#shards[this.#snapshot % SHARDS]!.clean(this.#base, this.#beforeBase, this.#safe);
  }

  /**
   * Returns the increase of one counter, and stores its total.
   * @param isNew true if the counter is known to be new; if undefined, a counter is new when its value fell
   * @returns undefined if the snapshot had a counter of that path already: a path has one total
   */
  deltaOf(path: string, value: number, isNew?: boolean): Delta | undefined {
    // Odd, so never 0.
    const first = hashOf(path, SEED_1, 0x2545f491) | 1;
    const second = hashOf(path, SEED_2, 0x61c88647);
    const shard = this.#shards[(first >>> 16) & (SHARDS - 1)]!;
    const place = shard.placeOf(first, second);
    if (shard.at(place, this.#snapshot) !== undefined) return undefined;
    const before = shard.at(place, this.#base);
    shard.set(place, this.#snapshot, value, this.#base, this.#beforeBase, this.#safe);
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

/** Number of tables. A single table of a million counters would block the program for a tenth of a second when it grows. */
const SHARDS = 64;

/** Number of totals of each counter: in the snapshots `#base`, `#beforeBase`, `#safe`, and in the current one. */
const KEPT = 4;

/** Number of no snapshot. */
const NEVER = -1;

/**
 * Totals of some of the counters: a hash table with linear probing, in typed arrays. A counter is known by 63 bits of a hash of
 * its path. Strings and objects per counter would take the garbage collector tens of milliseconds at a time, in which the
 * program stands still. Of a million counters, two have the same hash once in tens of millions of programs; the second counter
 * is then left out, as if the paths were equal.
 */
class Shard {
  /** Power of two. */
  #capacity = 16;
  #used = 0;
  /** Two parts of the hash for each place, the first never 0 where there is a counter. */
  #keys = new Int32Array(2 * this.#capacity);
  #snapshots = new Int32Array(KEPT * this.#capacity);
  #values = new Float64Array(KEPT * this.#capacity);

  /** Returns the place of a counter. A new counter gets a place without totals. */
  placeOf(first: number, second: number): number {
    const place = this.#find(first, second);
    if (this.#keys[2 * place] !== 0) return place;
    if (this.#used < this.#capacity * MAX_LOAD) return this.#occupy(place, first, second);
    this.#rebuild(this.#capacity * 2, () => true);
    return this.#occupy(this.#find(first, second), first, second);
  }

  /** Returns the total of a counter in a snapshot. */
  at(place: number, snapshot: number): number | undefined {
    for (let i = KEPT * place; i < KEPT * (place + 1); i++) {
      if (this.#snapshots[i] === snapshot) return this.#values[i];
    }
    return undefined;
  }

  /** Stores a total in place of the total in any snapshot except `a`, `b` and `c`. */
  set(place: number, snapshot: number, value: number, a: number, b: number, c: number): void {
    for (let i = KEPT * place; i < KEPT * (place + 1); i++) {
      const stored = this.#snapshots[i]!;
      if (stored === a || stored === b || stored === c) continue;
      this.#snapshots[i] = snapshot;
      this.#values[i] = value;
      return;
    }
  }

  /** Forgets all counters without a total in any of three snapshots. */
  clean(a: number, b: number, c: number): void {
    const isKept = (place: number) =>
      this.at(place, a) !== undefined || this.at(place, b) !== undefined || this.at(place, c) !== undefined;
    let kept = 0;
    for (let place = 0; place < this.#capacity; place++) if (this.#keys[2 * place] !== 0 && isKept(place)) kept++;
    if (kept === this.#used) return;
    let capacity = 16;
    while (kept >= capacity * MAX_LOAD) capacity *= 2;
    this.#rebuild(capacity, isKept);
  }

  /** Returns the place of a counter, or the place to use for a new counter. */
  #find(first: number, second: number): number {
    const mask = this.#capacity - 1;
    let place = second & mask;
    while (this.#keys[2 * place] !== 0 && (this.#keys[2 * place] !== first || this.#keys[2 * place + 1] !== second)) {
      place = (place + 1) & mask;
    }
    return place;
  }

  #occupy(place: number, first: number, second: number): number {
    this.#used++;
    this.#keys[2 * place] = first;
    this.#keys[2 * place + 1] = second;
    this.#snapshots.fill(NEVER, KEPT * place, KEPT * (place + 1));
    return place;
  }

  #rebuild(capacity: number, isKept: (place: number) => boolean): void {
    const [keys, snapshots, values] = [this.#keys, this.#snapshots, this.#values];
    const places: number[] = [];
    for (let place = 0; place < this.#capacity; place++) if (keys[2 * place] !== 0 && isKept(place)) places.push(place);
    this.#capacity = capacity;
    this.#used = 0;
    this.#keys = new Int32Array(2 * capacity);
    this.#snapshots = new Int32Array(KEPT * capacity);
    this.#values = new Float64Array(KEPT * capacity);
    for (const old of places) {
      const [first, second] = [keys[2 * old]!, keys[2 * old + 1]!];
      const place = this.#occupy(this.#find(first, second), first, second);
      for (let i = 0; i < KEPT; i++) {
        this.#snapshots[KEPT * place + i] = snapshots[KEPT * old + i]!;
        this.#values[KEPT * place + i] = values[KEPT * old + i]!;
      }
    }
  }
}

/** Share of places in use above which a table grows. */
const MAX_LOAD = 0.75;

// Random, because clients choose label values: a known hash would let them choose paths of the same hash.
const SEED_1 = /* @__PURE__ */ randomInteger();
const SEED_2 = /* @__PURE__ */ randomInteger();

/** Returns one of two hashes of a path, of 32 bits each. */
function hashOf(path: string, seed: number, multiplier: number): number {
  const { length } = path;
  let hash = seed ^ length;
  for (let i = 0; i + 1 < length; i += 2) {
    hash = Math.imul(hash ^ (path.charCodeAt(i) | (path.charCodeAt(i + 1) << 16)), multiplier);
    hash ^= hash >>> 15;
  }
  if (length % 2 === 1) hash = Math.imul(hash ^ path.charCodeAt(length - 1), multiplier);
  hash = Math.imul(hash ^ (hash >>> 16), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

function randomInteger(): number {
  return (Math.random() * 2 ** 32) | 0;
}
