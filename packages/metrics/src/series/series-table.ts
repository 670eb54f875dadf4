import {
  type CollectContext,
  describeValue,
  formatLabelValue,
  type LabelValue,
  rangeError,
  typeError,
} from '@promwright/model';
import { ExpiryColumns } from './expiry-columns.ts';
import { LabelDictionary } from './label-dictionary.ts';

/** What a table must be able to change in a held series. */
export interface SlotHolder {
  /** Where the series is in `values`. */
  slot: number;
  /** Kept in the series itself, so that a write needs neither the table nor a look at whether it was removed. */
  values: Float64Array;
  /** Labels with which an expired series can be brought back. */
  expiredLabels?: Readonly<Record<string, string>> | undefined;
  /** Another held series of the same slot, which exists once a series expired and both were used again. */
  next?: SlotHolder | undefined;
}

/** What a table is made with. */
export interface SeriesTableOptions {
  /** Name of the metric, for messages. */
  readonly metric: string;
  readonly labelNames: readonly string[];
  /** Numbers per series. */
  readonly width: number;
  /** Distinct live values per label. */
  readonly labelLimits: readonly number[];
  /** Series in all. */
  readonly seriesLimit: number;
  /** After how long without a write a series is taken out; never if left out. */
  readonly expireAfterMs?: number;
}

/** The columns of all series at one instant. */
export interface TableSnapshot {
  readonly size: number;
  readonly dictionaries: readonly (readonly string[])[];
  readonly labelIds: Int32Array;
  readonly values: Float64Array;
  readonly startMs: Float64Array;
  readonly identity: object;
  readonly layoutVersion: number;
}

/** What a label's value becomes once the label, or the metric, has reached its limit. */
export const OVERFLOW_VALUE = '__other__';

/**
 * All series of one metric: their label values as small numbers, their own numbers in one array, and a hash index over the
 * former. Slots 0 to `size - 1` are in use, without gaps. A series may move to another slot when one is removed.
 */
export class SeriesTable<C = unknown> {
  // Fields of the hot path are only declared, or have a value of their kind from the first: one that is first undefined is
  // never again known to hold just an array.
  declare readonly metric: string;
  declare readonly labelNames: readonly string[];
  declare readonly width: number;
  size = 0;
  /** `width` numbers per series. Replaced when it grows: read it after a look-up, never before. */
  declare values: Float64Array;
  /** Where held series write once they were removed. */
  readonly #grave: Float64Array;
  /** What a series has beside its numbers, by slot; empty where no series has anything. */
  readonly companions: (C | undefined)[] = [];
  /** Increases by one for every observation that a limit kept from a series of its own; per label, then for the metric. */
  readonly overflows: Float64Array;
  /** Brings the numbers up to date before they are collected. Of two equal definitions the newer one's is called. */
  refresh: ((context: CollectContext) => void | PromiseLike<void>) | undefined;

  readonly #expiry: ExpiryColumns | undefined;
  readonly #labelLimits: readonly number[];
  readonly #seriesLimit: number;
  /** Rises whenever series that were there stand at other places, or began anew. */
  #layoutVersion = 0;
  #capacity = 8;
  #labelIds: Int32Array = new Int32Array(0);
  #startMs: Float64Array;
  /** Open addressing with linear probing: slot + 1, or 0 for empty. Its length is a power of two, at least twice `size`. */
  #index: Int32Array = new Int32Array(0);
  #dictionaries: LabelDictionary[];
  /** The same dictionaries' maps, one step nearer to the hot path. */
  #ids: ReadonlyMap<LabelValue, number>[] = [];
  /** The held series that callers may have, by slot, so that they can be told when they move or go. */
  readonly #holders: (SlotHolder | undefined)[] = [];
  /** A snapshot reads the same label columns; whoever changes what is in them must copy them first. */
  #shared = false;
  /** The label names in an array that is not frozen, because V8 reads the elements of a frozen one several times slower. */
  readonly #names: readonly string[] = [];
  /** The label ids of the look-up under way. */
  readonly #scratch: Int32Array;

  constructor(options: SeriesTableOptions) {
    this.metric = options.metric;
    this.labelNames = options.labelNames;
    this.#names = [...options.labelNames];
    this.width = options.width;
    this.#labelLimits = options.labelLimits;
    this.#seriesLimit = options.seriesLimit;
    const labels = options.labelNames.length;
    this.overflows = new Float64Array(labels + 1);
    this.values = new Float64Array(this.#capacity * this.width);
    this.#grave = new Float64Array(this.width);
    this.#labelIds = new Int32Array(this.#capacity * labels);
    this.#startMs = new Float64Array(this.#capacity);
    this.#index = new Int32Array(this.#capacity * 2);
    this.#dictionaries = options.labelNames.map(() => new LabelDictionary());
    this.#ids = this.#dictionaries.map(({ ids }) => ids);
    this.#scratch = new Int32Array(labels);
    if (options.expireAfterMs !== undefined) {
      this.#expiry = new ExpiryColumns(options.expireAfterMs, this.#capacity);
    }
  }

  /**
   * The slot of the series with these labels, which is made at zero if there is none.
   * @throws for missing, unknown or non-scalar labels; the table is then as it was before
   */
  find(labels: Readonly<Record<string, LabelValue>>): number {
    const slot = this.#lookUp(labels);
    if (slot < 0) return this.#findOrCreate(labels);
    if (this.#expiry !== undefined) this.#expiry.written[slot] = 1;
    return slot;
  }

  /** Whether series expire: held ones then have to call {@link SeriesTable.keepAlive} before they write. */
  get expires(): boolean {
    return this.#expiry !== undefined;
  }

  /** Notes that a held series is written to, and brings it back if it expired. */
  keepAlive(holder: SlotHolder): void {
    if (holder.values !== this.values) {
      const labels = holder.expiredLabels;
      if (labels === undefined) return;
      holder.expiredLabels = undefined;
      const slot = this.find(labels);
      holder.slot = slot;
      holder.values = this.values;
      holder.next = this.#holders[slot];
      this.#holders[slot] = holder;
    }
    this.#expiry!.written[holder.slot] = 1;
  }

  /** The slot of the series with these labels, or -1; makes nothing. */
  peek(labels: Readonly<Record<string, LabelValue>>): number {
    const slot = this.#lookUp(labels);
    if (slot >= 0) return slot;
    const texts = this.#texts(labels);
    for (let i = 0; i < texts.length; i++) {
      const id = this.#dictionaries[i]!.ids.get(texts[i]!);
      if (id === undefined) return -1;
      this.#scratch[i] = id;
    }
    return this.#probe(hashOf(this.#scratch, 0, texts.length));
  }

  /** The held series of a slot: always the same object for the same series. */
  hold<H extends SlotHolder>(slot: number, create: (slot: number) => H): H {
    let holder = this.#holders[slot] as H | undefined;
    if (holder === undefined) {
      holder = create(slot);
      this.#holders[slot] = holder;
    }
    return holder;
  }

  /** Takes out every series that was not written to for longer than it may be; nothing where series do not expire. */
  expire(nowMs: number): void {
    const expiry = this.#expiry;
    if (expiry === undefined) return;
    expiry.sweep(nowMs, this.size);
    // From the back: what moves into a freed slot was looked at already.
    for (let slot = this.size - 1; slot >= 0; slot--) {
      if (!expiry.isOver(slot, nowMs)) continue;
      const labels = this.#holders[slot] && this.#labelRecord(slot);
      for (let holder = this.#holders[slot]; holder !== undefined; holder = holder.next) holder.expiredLabels = labels;
      this.remove(slot);
    }
  }

  /** Takes a series out. Its held series writes nowhere from now on. */
  remove(slot: number): void {
    this.#own();
    this.#layoutVersion++;
    const labels = this.labelNames.length;
    const last = this.size - 1;
    this.#unindex(slot);
    for (let i = 0; i < labels; i++) this.#dictionaries[i]!.release(this.#labelIds[slot * labels + i]!);
    if (this.#holders[slot] !== undefined) {
      this.#detach(this.#holders[slot]);
      this.#holders[slot] = undefined;
    }
    if (slot < this.companions.length) this.companions[slot] = undefined;

    if (slot !== last) {
      this.#index[this.#positionOf(last)] = slot + 1;
      this.#labelIds.copyWithin(slot * labels, last * labels, (last + 1) * labels);
      this.values.copyWithin(slot * this.width, last * this.width, (last + 1) * this.width);
      this.#startMs[slot] = this.#startMs[last]!;
      this.#expiry?.move(last, slot);
      const moved = this.#holders[last];
      if (moved !== undefined) {
        for (let holder: SlotHolder | undefined = moved; holder !== undefined; holder = holder.next) holder.slot = slot;
        this.#holders[slot] = moved;
      }
      if (last < this.companions.length) this.companions[slot] = this.companions[last];
    }
    if (this.#holders.length > last) this.#holders.length = last;
    if (this.companions.length > last) this.companions.length = last;
    this.size = last;
    this.values.fill(0, last * this.width, (last + 1) * this.width);
    for (let i = 0; i < labels; i++) if (this.#dictionaries[i]!.isMostlyDead()) this.#compact(i);
  }

  /**
   * How many series have all of these label values.
   * @throws for unknown or non-scalar labels
   */
  countWhere(labels: Readonly<Record<string, LabelValue>>): number {
    return this.#slotsWhere(labels).length;
  }

  /**
   * Takes out every series that has all of these label values; returns how many.
   * @throws for unknown or non-scalar labels
   */
  removeWhere(labels: Readonly<Record<string, LabelValue>>): number {
    const slots = this.#slotsWhere(labels);
    // From the back: what moves into a freed slot then comes from behind all that remain to be removed.
    for (const slot of slots.reverse()) this.remove(slot);
    return slots.length;
  }

  /** Takes all series out. */
  clear(): void {
    this.#layoutVersion++;
    for (const holder of this.#holders) this.#detach(holder);
    this.#holders.length = 0;
    this.companions.length = 0;
    this.#expiry?.resize(8);
    this.size = 0;
    this.#capacity = 8;
    this.values = new Float64Array(this.#capacity * this.width);
    this.#labelIds = new Int32Array(this.#capacity * this.labelNames.length);
    this.#startMs = new Float64Array(this.#capacity);
    this.#index = new Int32Array(this.#capacity * 2);
    this.#dictionaries = this.labelNames.map(() => new LabelDictionary());
    this.#ids = this.#dictionaries.map(({ ids }) => ids);
    this.#shared = false;
  }

  /** Since when the series of a slot counts, in milliseconds since the epoch. */
  startMsOf(slot: number): number {
    return this.#startMs[slot]!;
  }

  /** The series of a slot counts from now on. */
  restart(slot: number, nowMs: number): void {
    this.#own();
    this.#layoutVersion++;
    this.#startMs[slot] = nowMs;
  }

  /** All columns at this instant. Copies the numbers only: what else a snapshot holds is shared until it would change. */
  snapshot(): TableSnapshot {
    this.#shared = true;
    return {
      size: this.size,
      dictionaries: this.#dictionaries.map(({ values }) => values),
      labelIds: this.#labelIds.subarray(0, this.size * this.labelNames.length),
      values: this.values.slice(0, this.size * this.width),
      startMs: this.#startMs.subarray(0, this.size),
      identity: this,
      layoutVersion: this.#layoutVersion,
    };
  }

  /**
   * The hot path: the slot of the series with these labels; -1 if it is not there, or if finding it takes more care. Up to
   * three labels are read as they come, since V8 then knows the place of each in the object whatever metric asks, and stay in
   * local variables. Other orders than the definition's cost some nanoseconds more.
   */
  #lookUp(labels: Readonly<Record<string, LabelValue>>): number {
    switch (this.#names.length) {
      case 1:
        return this.#lookUp1(labels);
      case 2:
        return this.#lookUp2(labels);
      case 3:
        return this.#lookUp3(labels);
      default:
        return this.#lookUpMany(labels);
    }
  }

  #lookUp1(labels: Readonly<Record<string, LabelValue>>): number {
    const names = this.#names;
    let seen = 0;
    let only: LabelValue = '';
    for (const name in labels) {
      if (name !== names[seen++]) return -1;
      only = labels[name]!;
    }
    if (seen !== 1) return -1;
    const a = this.#ids[0]!.get(only);
    if (a === undefined) return -1;
    const index = this.#index;
    const ids = this.#labelIds;
    const mask = index.length - 1;
    for (let position = mix(0, a) & mask; ; position = (position + 1) & mask) {
      const slot = index[position]! - 1;
      if (slot < 0 || ids[slot] === a) return slot;
    }
  }

  #lookUp2(labels: Readonly<Record<string, LabelValue>>): number {
    const names = this.#names;
    let seen = 0;
    let first: LabelValue = '';
    let second: LabelValue = '';
    for (const name in labels) {
      if (name !== names[seen++]) return this.#lookUpMany(labels);
      first = second;
      second = labels[name]!;
    }
    if (seen !== 2) return -1;
    const a = this.#ids[0]!.get(first);
    const b = this.#ids[1]!.get(second);
    if (a === undefined || b === undefined) return -1;
    const index = this.#index;
    const ids = this.#labelIds;
    const mask = index.length - 1;
    for (let position = mix(mix(0, a), b) & mask; ; position = (position + 1) & mask) {
      const slot = index[position]! - 1;
      if (slot < 0 || (ids[slot * 2] === a && ids[slot * 2 + 1] === b)) return slot;
    }
  }

  #lookUp3(labels: Readonly<Record<string, LabelValue>>): number {
    const names = this.#names;
    let seen = 0;
    let first: LabelValue = '';
    let second: LabelValue = '';
    let third: LabelValue = '';
    for (const name in labels) {
      if (name !== names[seen++]) return this.#lookUpMany(labels);
      first = second;
      second = third;
      third = labels[name]!;
    }
    if (seen !== 3) return -1;
    const a = this.#ids[0]!.get(first);
    const b = this.#ids[1]!.get(second);
    const c = this.#ids[2]!.get(third);
    if (a === undefined || b === undefined || c === undefined) return -1;
    const index = this.#index;
    const ids = this.#labelIds;
    const mask = index.length - 1;
    for (let position = mix(mix(mix(0, a), b), c) & mask; ; position = (position + 1) & mask) {
      const slot = index[position]! - 1;
      if (slot < 0 || (ids[slot * 3] === a && ids[slot * 3 + 1] === b && ids[slot * 3 + 2] === c)) return slot;
    }
  }

  #lookUpMany(labels: Readonly<Record<string, LabelValue>>): number {
    const names = this.#names;
    const scratch = this.#scratch;
    let hash = 0;
    for (let i = 0; i < names.length; i++) {
      const id = this.#ids[i]!.get(labels[names[i]!]!);
      if (id === undefined) return -1;
      scratch[i] = id;
      hash = mix(hash, id);
    }
    return hasCount(labels, names.length) ? this.#probe(hash) : -1;
  }

  #probe(hash: number): number {
    const index = this.#index;
    const ids = this.#labelIds;
    const scratch = this.#scratch;
    const labels = scratch.length;
    const mask = index.length - 1;
    for (let position = hash & mask; ; position = (position + 1) & mask) {
      const slot = index[position]! - 1;
      if (slot < 0) return -1;
      const start = slot * labels;
      let i = 0;
      while (i < labels && ids[start + i] === scratch[i]) i++;
      if (i === labels) return slot;
    }
  }

  /** For labels in another order, values in another spelling, and series that are new. */
  #findOrCreate(labels: Readonly<Record<string, LabelValue>>): number {
    const texts = this.#texts(labels);
    this.#expireAtLimit();
    const scratch = this.#scratch;
    let known = true;
    for (let i = 0; i < texts.length; i++) {
      const id = this.#idWithinLimit(i, texts[i]!);
      scratch[i] = id;
      if (id < 0) known = false;
    }
    if (known) {
      const slot = this.#probe(hashOf(scratch, 0, texts.length));
      if (slot >= 0) {
        this.#remember(labels);
        if (this.#expiry !== undefined) this.#expiry.written[slot] = 1;
        return slot;
      }
    }
    if (this.size >= this.#seriesLimit) {
      this.overflows[texts.length]!++;
      texts.fill(OVERFLOW_VALUE);
      scratch.fill(-1);
    }
    for (let i = 0; i < texts.length; i++) {
      const dictionary = this.#dictionaries[i]!;
      if (scratch[i]! < 0) scratch[i] = dictionary.ids.get(texts[i]!) ?? dictionary.add(texts[i]!);
    }
    const hash = hashOf(scratch, 0, texts.length);
    const slot = this.#probe(hash);
    if (slot < 0) {
      this.#remember(labels);
      return this.#add(hash);
    }
    if (this.#expiry !== undefined) this.#expiry.written[slot] = 1;
    return slot;
  }

  /** The id of a value, -1 if it is new and may be added; that of the overflow value if the label is at its limit. */
  #idWithinLimit(column: number, text: string): number {
    const dictionary = this.#dictionaries[column]!;
    const id = dictionary.ids.get(text);
    // A value that only removed series had counts as new.
    if (id !== undefined && (dictionary.isLive(id) || text === OVERFLOW_VALUE)) return id;
    if (dictionary.live < this.#labelLimits[column]! || text === OVERFLOW_VALUE) return id ?? -1;
    this.overflows[column]!++;
    return dictionary.ids.get(OVERFLOW_VALUE) ?? dictionary.add(OVERFLOW_VALUE);
  }

  /** Lets the next look-up with a number or boolean find its text's id without making the text. */
  #remember(labels: Readonly<Record<string, LabelValue>>): void {
    for (let i = 0; i < this.labelNames.length; i++) {
      const value = labels[this.labelNames[i]!]!;
      if (typeof value === 'string') continue;
      const { ids } = this.#dictionaries[i]!;
      const id = ids.get(String(value));
      if (id !== undefined) ids.set(value, id);
    }
  }

  /** The text of every label in our order. Refuses what is missing, unknown or no scalar before anything is changed. */
  #texts(labels: Readonly<Record<string, LabelValue>>): string[] {
    if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) {
      const wanted = this.labelNames.length === 0 ? 'no labels' : `an object with ${this.#nameList()}`;
      throw typeError('INVALID_LABELS', `Metric "${this.metric}" takes ${wanted}; got ${describeValue(labels)}`);
    }
    const names = this.labelNames;
    const texts = names.map((name) => {
      const value = labels[name];
      if (value === undefined) throw this.#missingLabel(name);
      return formatLabelValue(value, name, this.metric);
    });
    for (const name in labels) if (!names.includes(name)) throw this.#unknownLabel(name);
    return texts;
  }

  #add(hash: number): number {
    const slot = this.size;
    const labels = this.#scratch.length;
    if (slot === this.#capacity) this.#grow();
    this.#labelIds.set(this.#scratch, slot * labels);
    for (let i = 0; i < labels; i++) this.#dictionaries[i]!.acquire(this.#scratch[i]!);
    const nowMs = Date.now();
    this.#startMs[slot] = nowMs;
    this.#expiry?.begin(slot, nowMs);
    this.size = slot + 1;
    if (this.size * 2 > this.#index.length) this.#reindex(this.#index.length * 2);
    else this.#insert(slot, hash);
    return slot;
  }

  #slotsWhere(labels: Readonly<Record<string, LabelValue>>): number[] {
    const wanted = Object.keys(labels).map((name) => {
      const column = this.labelNames.indexOf(name);
      if (column < 0) throw this.#unknownLabel(name);
      return { column, id: this.#dictionaries[column]!.ids.get(formatLabelValue(labels[name], name, this.metric)) };
    });
    const slots: number[] = [];
    if (wanted.some(({ id }) => id === undefined)) return slots;
    const width = this.labelNames.length;
    for (let slot = 0; slot < this.size; slot++) {
      if (wanted.every(({ column, id }) => this.#labelIds[slot * width + column] === id)) slots.push(slot);
    }
    return slots;
  }

  /** Before a limit bites, what is over makes room. A sweep looks at every series, so there is not one for each look-up. */
  #expireAtLimit(): void {
    if (this.#expiry === undefined) return;
    const isAtLimit =
      this.size >= this.#seriesLimit || this.#dictionaries.some(({ live }, i) => live >= this.#labelLimits[i]!);
    if (!isAtLimit) return;
    const nowMs = Date.now();
    if (this.#expiry.isDue(nowMs)) this.expire(nowMs);
  }

  /** Tells all held series of a slot that their series is gone. */
  #detach(holder: SlotHolder | undefined): void {
    while (holder !== undefined) {
      const next: SlotHolder | undefined = holder.next;
      holder.slot = 0;
      holder.values = this.#grave;
      holder.next = undefined;
      holder = next;
    }
  }

  #labelRecord(slot: number): Readonly<Record<string, string>> {
    const width = this.labelNames.length;
    const record: Record<string, string> = {};
    for (let i = 0; i < width; i++) {
      record[this.labelNames[i]!] = this.#dictionaries[i]!.values[this.#labelIds[slot * width + i]!]!;
    }
    return record;
  }

  #grow(): void {
    // Doubling would leave half of a large table empty.
    this.#capacity = this.#capacity < 256 ? this.#capacity * 2 : Math.ceil(this.#capacity * 1.25);
    this.#expiry?.resize(this.#capacity);
    const values = new Float64Array(this.#capacity * this.width);
    values.set(this.values);
    this.values = values;
    for (const first of this.#holders) {
      for (let holder = first; holder !== undefined; holder = holder.next) holder.values = values;
    }
    this.#copyLabelColumns();
  }

  /** Makes the label columns ours alone before something in them changes in place. */
  #own(): void {
    if (this.#shared) this.#copyLabelColumns();
  }

  #copyLabelColumns(): void {
    const labelIds = new Int32Array(this.#capacity * this.labelNames.length);
    labelIds.set(this.#labelIds.subarray(0, this.size * this.labelNames.length));
    this.#labelIds = labelIds;
    const startMs = new Float64Array(this.#capacity);
    startMs.set(this.#startMs.subarray(0, this.size));
    this.#startMs = startMs;
    this.#shared = false;
  }

  #insert(slot: number, hash: number): void {
    const mask = this.#index.length - 1;
    let position = hash & mask;
    while (this.#index[position] !== 0) position = (position + 1) & mask;
    this.#index[position] = slot + 1;
  }

  #reindex(length: number): void {
    this.#index = new Int32Array(length);
    for (let slot = 0; slot < this.size; slot++) this.#insert(slot, this.#hashAt(slot));
  }

  #hashAt(slot: number): number {
    const labels = this.labelNames.length;
    return hashOf(this.#labelIds, slot * labels, labels);
  }

  #positionOf(slot: number): number {
    const mask = this.#index.length - 1;
    let position = this.#hashAt(slot) & mask;
    while (this.#index[position] !== slot + 1) position = (position + 1) & mask;
    return position;
  }

  /** Closes the gap behind a removed entry by moving up what was displaced past it, so that probing needs no tombstones. */
  #unindex(slot: number): void {
    const index = this.#index;
    const mask = index.length - 1;
    let gap = this.#positionOf(slot);
    for (let position = (gap + 1) & mask; index[position] !== 0; position = (position + 1) & mask) {
      const home = this.#hashAt(index[position]! - 1) & mask;
      // Reachable from its home without passing the gap: it stays.
      if (((position - home) & mask) < ((position - gap) & mask)) continue;
      index[gap] = index[position]!;
      gap = position;
    }
    index[gap] = 0;
  }

  /** Drops the dead values of a label. */
  #compact(column: number): void {
    const old = this.#dictionaries[column]!;
    const dictionary = new LabelDictionary();
    const labels = this.labelNames.length;
    const renumbered = new Int32Array(old.values.length).fill(-1);
    for (let slot = 0; slot < this.size; slot++) {
      const at = slot * labels + column;
      const id = this.#labelIds[at]!;
      if (renumbered[id] === -1) renumbered[id] = dictionary.add(old.values[id]!);
      this.#labelIds[at] = renumbered[id]!;
      dictionary.acquire(renumbered[id]!);
    }
    this.#dictionaries[column] = dictionary;
    this.#ids[column] = dictionary.ids;
    this.#reindex(this.#index.length);
  }

  #missingLabel(name: string): TypeError {
    return typeError(
      'INVALID_LABELS',
      `Label "${name}" of metric "${this.metric}" is missing; it takes ${this.#nameList()}`,
    );
  }

  #unknownLabel(name: string): RangeError {
    const takes = this.labelNames.length === 0 ? 'no labels' : this.#nameList();
    return rangeError(
      'INVALID_LABELS',
      `Metric "${this.metric}" has no label ${describeValue(name)}; it takes ${takes}`,
    );
  }

  #nameList(): string {
    return this.labelNames.map((name) => `"${name}"`).join(', ');
  }
}

/** Whether an object has so many labels: all were found, so another count means that one does not belong there. */
function hasCount(labels: Readonly<Record<string, LabelValue>>, count: number): boolean {
  let found = 0;
  for (const _ in labels) found++;
  return found === count;
}

function mix(hash: number, id: number): number {
  const mixed = Math.imul(hash ^ id, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function hashOf(ids: Int32Array, start: number, length: number): number {
  let hash = 0;
  for (let i = start; i < start + length; i++) hash = mix(hash, ids[i]!);
  return hash;
}
