import { formatLabelValue, isLabelObject, type LabelValue, type MetricSettings } from '@promwright/model';
import type { BoundLabels } from './bound-labels.ts';
import { EMPTY_HASH_TABLE, NO_INTEGERS, nextCapacity } from './capacity.ts';
import { checkLabels, unknownLabel } from './check-labels.ts';
import { LabelDictionary, OVERFLOW_VALUE, shareCharacters } from './label-dictionary.ts';
import { HASH_SEED, hashOf, mix } from './label-hash.ts';

/** Options of a label index. */
export interface LabelIndexOptions {
  /** Name of the metric, for error messages. */
  readonly metric: string;
  readonly labelNames: readonly string[];
  /** Limit of distinct live values, by label. */
  readonly labelLimits: readonly number[];
  /** Limit of series. */
  readonly seriesLimit: number;
  readonly settings: MetricSettings;
}

/** Ids of the values of a label before the first value. Never written. */
const NO_IDS: ReadonlyMap<LabelValue, number> = /* @__PURE__ */ new Map();

/** Result of a look-up that found every value of the labels, but no series with them. */
export const NO_SERIES = -2;

/**
 * Finds the slot of a series by its labels. Label values are stored as small integers (ids), one column per label, and a hash
 * index leads from the ids of a series to its slot. Slots 0 to `size - 1` are in use, without gaps. Removing a series moves
 * the last series into the free slot.
 */
export class LabelIndex {
  readonly metric: string;
  readonly labelNames: readonly string[];
  /** Number of series. */
  size = 0;
  /** Number of observations that a limit diverted to {@link OVERFLOW_VALUE}: by label, then for the series limit. */
  readonly overflows: number[];

  readonly #labelLimits: readonly number[];
  readonly #seriesLimit: number;
  readonly #settings: MetricSettings;
  /** Dictionaries of the labels; none before the first value, because many metrics get no series. Another array for every change. */
  #dictionaries: readonly LabelDictionary[] = [];
  #capacity = 0;
  /** True while a snapshot reads the same label ids: changes in place need a copy first. */
  #shared = false;

  // Fields of the hot path have a value of their kind from the first: V8 specialises a field by its first value.
  /** Label names in an array that is not frozen, because V8 reads the elements of a frozen array several times slower. */
  readonly #names: readonly string[] = [];
  /** Maps of the dictionaries, one step nearer to the hot path. */
  #ids: ReadonlyMap<LabelValue, number>[] = [];
  // The first three names and maps again, because a field costs less than the element of an array.
  readonly #nameA: string = '';
  readonly #nameB: string = '';
  readonly #nameC: string = '';
  #idsA: ReadonlyMap<LabelValue, number> = NO_IDS;
  #idsB: ReadonlyMap<LabelValue, number> = NO_IDS;
  #idsC: ReadonlyMap<LabelValue, number> = NO_IDS;
  /** Label ids of all series, series after series. */
  #labelIds: Int32Array = NO_INTEGERS;
  /** Open addressing with linear probing: slot + 1, or 0 for empty. The length is a power of two, at least twice `size`. */
  #hashTable: Int32Array = EMPTY_HASH_TABLE;
  /** Label ids of the look-up in progress; as long as there are labels once there are dictionaries. */
  #scratch: Int32Array = NO_INTEGERS;

  constructor(options: LabelIndexOptions) {
    this.metric = options.metric;
    this.labelNames = options.labelNames;
    this.#labelLimits = options.labelLimits;
    this.#seriesLimit = options.seriesLimit;
    this.#settings = options.settings;
    this.#names = [...options.labelNames];
    const labels = options.labelNames.length;
    this.#nameA = options.labelNames[0] ?? '';
    this.#nameB = options.labelNames[1] ?? '';
    this.#nameC = options.labelNames[2] ?? '';
    this.overflows = new Array<number>(labels + 1).fill(0);
    this.#ids = options.labelNames.map(() => NO_IDS);
  }

  /**
   * Hot path: returns the slot of the series with these labels; {@link NO_SERIES} if there is none, but every value is known
   * (see {@link LabelIndex.appendFound}); -1 if finding it takes more care (see {@link LabelIndex.find}). Up to three labels are
   * read in the order of the object, since V8 then knows the place of each in the object, whichever metric asks, and stay in
   * local variables. Other orders than the definition's cost some nanoseconds more.
   */
  lookUp(labels: Readonly<Record<string, LabelValue>>): number {
    switch (this.#names.length) {
      case 0:
        // Any object without keys would be found: a date, for example.
        return isLabelObject(labels) ? this.#lookUpMany(labels) : -1;
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

  /**
   * Prepares labels for {@link LabelIndex.lookUpOthers}.
   * @throws for unknown or non-scalar labels
   */
  bind(labels: Readonly<Record<string, LabelValue>>): BoundLabels {
    const bound = this.#columnsOf(labels);
    const columns = bound.map(({ column }) => column);
    const otherColumns = [...this.labelNames.keys()].filter((column) => !columns.includes(column));
    return {
      columns,
      values: bound.map(({ value }) => value),
      otherNames: otherColumns.map((column) => this.labelNames[column]!),
      otherColumns,
      ids: new Int32Array(this.labelNames.length),
      hashed: otherColumns[0] ?? this.labelNames.length,
      hash: HASH_SEED,
      dictionaries: undefined,
    };
  }

  /**
   * Returns the slot of the series with the bound labels and these other labels, or -1 if there is none or finding it takes
   * more care. Looks up only the values of the other labels.
   */
  lookUpOthers(bound: BoundLabels, labels: Readonly<Record<string, LabelValue>>): number {
    if (bound.dictionaries !== this.#dictionaries && !this.#resolve(bound)) return -1;
    const { ids, otherNames, otherColumns } = bound;
    let seen = 0;
    for (const name in labels) {
      if (name !== otherNames[seen]) return this.#lookUpManyOthers(bound, labels);
      const column = otherColumns[seen++]!;
      const id = this.#ids[column]!.get(labels[name]!);
      if (id === undefined) return -1;
      ids[column] = id;
    }
    // Any object without keys would be taken for no labels: a map, for example.
    if (seen !== otherNames.length || (seen === 0 && !isLabelObject(labels))) return -1;
    let hash = bound.hash;
    for (let i = bound.hashed; i < ids.length; i++) hash = mix(hash, ids[i]!);
    return this.#probe(hash, ids);
  }

  /**
   * Returns the slot of the series with these labels, or -1 if there is none.
   * @throws for missing, unknown or non-scalar labels
   */
  find(labels: Readonly<Record<string, LabelValue>>): number {
    const slot = this.lookUp(labels);
    if (slot >= 0) return slot;
    const values = this.valuesOf(labels);
    for (let i = 0; i < values.length; i++) {
      const id = this.#ids[i]!.get(values[i]!);
      if (id === undefined) return -1;
      this.#scratch[i] = id;
    }
    return this.#probe(hashOf(this.#scratch, 0, values.length), this.#scratch);
  }

  /**
   * Adds the series that the last look-up did not find, and returns its slot, `size`. Only directly after a look-up of these
   * labels that returned {@link NO_SERIES}, and only if there is room.
   */
  appendFound(labels: Readonly<Record<string, LabelValue>>): number {
    this.#adopt(labels);
    return this.#append(hashOf(this.#scratch, 0, this.#scratch.length));
  }

  /**
   * Returns the slot of the series with these labels, for labels in another order, values in another spelling and new series.
   * A new series takes the slot `size`. Past a limit, values become {@link OVERFLOW_VALUE}.
   * @param values checked values of the labels, in the order of the definition
   */
  findOrAppend(labels: Readonly<Record<string, LabelValue>>, values: string[]): number {
    if (this.#dictionaries.length < values.length) this.#addDictionaries();
    const scratch = this.#scratch;
    const isFull = this.#isFull();
    let known = true;
    for (let i = 0; i < values.length; i++) {
      const id = this.#idWithinLimit(i, values[i]!);
      scratch[i] = id;
      if (id < 0) known = false;
    }
    if (known) {
      const slot = this.#probe(hashOf(scratch, 0, values.length), scratch);
      if (slot >= 0) {
        this.#adopt(labels);
        return slot;
      }
    }
    if (isFull) {
      this.overflows[values.length]!++;
      values.fill(OVERFLOW_VALUE);
      scratch.fill(-1);
    }
    for (let i = 0; i < values.length; i++) {
      const dictionary = this.#dictionaries[i]!;
      if (scratch[i]! < 0) scratch[i] = dictionary.ids.get(values[i]!) ?? dictionary.add(values[i]!);
    }
    const hash = hashOf(scratch, 0, values.length);
    const slot = this.#probe(hash, scratch);
    if (slot >= 0) return slot;
    this.#adopt(labels);
    return this.#append(hash);
  }

  /**
   * Returns the values of labels as strings, in the order of the definition.
   * @throws for missing, unknown or non-scalar labels
   */
  valuesOf(labels: Readonly<Record<string, LabelValue>>): string[] {
    return checkLabels(this.metric, this.labelNames, labels, this.#settings.labelValueLengthLimit);
  }

  /** True if the next new series, or a new value of some label, would exceed a limit. */
  isAtLimit(): boolean {
    return this.#isFull() || this.#dictionaries.some(({ limited }, i) => limited >= this.#labelLimits[i]!);
  }

  /** True if there is certainly room for a new series and new values. Takes less time than `isAtLimit`. */
  hasRoom(): boolean {
    if (this.size >= this.#seriesLimit) return false;
    for (let i = 0; i < this.#dictionaries.length; i++) {
      if (this.#dictionaries[i]!.live >= this.#labelLimits[i]!) return false;
    }
    return true;
  }

  /**
   * Returns the slots of all series that have all of these label values, in rising order.
   * @throws for unknown or non-scalar labels
   */
  slotsWhere(labels: Readonly<Record<string, LabelValue>>): number[] {
    const wanted = this.#columnsOf(labels).map(({ column, value }) => ({ column, id: this.#ids[column]!.get(value) }));
    const slots: number[] = [];
    if (wanted.some(({ id }) => id === undefined)) return slots;
    const width = this.labelNames.length;
    for (let slot = 0; slot < this.size; slot++) {
      if (wanted.every(({ column, id }) => this.#labelIds[slot * width + column] === id)) slots.push(slot);
    }
    return slots;
  }

  /** Returns the labels of the series of a slot. */
  labelsOf(slot: number): Readonly<Record<string, string>> {
    const width = this.labelNames.length;
    const labels: Record<string, string> = {};
    for (let i = 0; i < width; i++) {
      labels[this.labelNames[i]!] = this.#dictionaries[i]!.values[this.#labelIds[slot * width + i]!]!;
    }
    return labels;
  }

  /** Removes a series and moves the last series into its slot. */
  remove(slot: number): void {
    if (this.#shared) this.#copyLabelIds();
    const labels = this.labelNames.length;
    const last = this.size - 1;
    this.#unindex(slot);
    for (let i = 0; i < labels; i++) this.#dictionaries[i]!.release(this.#labelIds[slot * labels + i]!);
    if (slot !== last) {
      this.#hashTable[this.#positionOf(last)] = slot + 1;
      this.#labelIds.copyWithin(slot * labels, last * labels, (last + 1) * labels);
    }
    this.size = last;
    for (let i = 0; i < labels; i++) if (this.#dictionaries[i]!.isMostlyDead()) this.#compact(i);
  }

  /** Removes all series. */
  clear(): void {
    this.size = 0;
    this.#capacity = 0;
    this.#labelIds = NO_INTEGERS;
    this.#hashTable = EMPTY_HASH_TABLE;
    this.#dictionaries = [];
    this.#setIds(this.labelNames.map(() => NO_IDS));
    this.#shared = false;
  }

  /** Returns the label columns of all series at this instant. Nothing is copied until the index would change a column in place. */
  snapshot(): { dictionaries: readonly (readonly string[])[]; labelIds: Int32Array } {
    this.#shared = true;
    return {
      dictionaries: this.labelNames.map((_, i) => this.#dictionaries[i]?.values ?? []),
      labelIds: this.#labelIds.subarray(0, this.size * this.labelNames.length),
    };
  }

  #lookUp1(labels: Readonly<Record<string, LabelValue>>): number {
    let seen = 0;
    let only: LabelValue = '';
    for (const name in labels) {
      if (seen++ > 0 || name !== this.#nameA) return -1;
      only = labels[name]!;
    }
    if (seen !== 1) return -1;
    const a = this.#idsA.get(only);
    if (a === undefined) return -1;
    const hashTable = this.#hashTable;
    const ids = this.#labelIds;
    const mask = hashTable.length - 1;
    for (let position = mix(HASH_SEED, a) & mask; ; position = (position + 1) & mask) {
      const slot = hashTable[position]! - 1;
      if (slot < 0) break;
      if (ids[slot] === a) return slot;
    }
    this.#scratch[0] = a;
    return NO_SERIES;
  }

  #lookUp2(labels: Readonly<Record<string, LabelValue>>): number {
    let seen = 0;
    let first: LabelValue = '';
    let second: LabelValue = '';
    for (const name in labels) {
      if (seen === 0) {
        if (name !== this.#nameA) return this.#lookUpMany(labels);
        first = labels[name]!;
      } else {
        if (name !== this.#nameB) return this.#lookUpMany(labels);
        second = labels[name]!;
      }
      seen++;
    }
    if (seen !== 2) return -1;
    const a = this.#idsA.get(first);
    const b = this.#idsB.get(second);
    if (a === undefined || b === undefined) return -1;
    const hashTable = this.#hashTable;
    const ids = this.#labelIds;
    const mask = hashTable.length - 1;
    for (let position = mix(mix(HASH_SEED, a), b) & mask; ; position = (position + 1) & mask) {
      const slot = hashTable[position]! - 1;
      if (slot < 0) break;
      if (ids[slot * 2] === a && ids[slot * 2 + 1] === b) return slot;
    }
    this.#scratch[0] = a;
    this.#scratch[1] = b;
    return NO_SERIES;
  }

  #lookUp3(labels: Readonly<Record<string, LabelValue>>): number {
    let seen = 0;
    let first: LabelValue = '';
    let second: LabelValue = '';
    let third: LabelValue = '';
    for (const name in labels) {
      if (seen === 0) {
        if (name !== this.#nameA) return this.#lookUpMany(labels);
        first = labels[name]!;
      } else if (seen === 1) {
        if (name !== this.#nameB) return this.#lookUpMany(labels);
        second = labels[name]!;
      } else {
        if (name !== this.#nameC) return this.#lookUpMany(labels);
        third = labels[name]!;
      }
      seen++;
    }
    if (seen !== 3) return -1;
    const a = this.#idsA.get(first);
    const b = this.#idsB.get(second);
    const c = this.#idsC.get(third);
    if (a === undefined || b === undefined || c === undefined) return -1;
    const hashTable = this.#hashTable;
    const ids = this.#labelIds;
    const mask = hashTable.length - 1;
    for (let position = mix(mix(mix(HASH_SEED, a), b), c) & mask; ; position = (position + 1) & mask) {
      const slot = hashTable[position]! - 1;
      if (slot < 0) break;
      if (ids[slot * 3] === a && ids[slot * 3 + 1] === b && ids[slot * 3 + 2] === c) return slot;
    }
    this.#scratch[0] = a;
    this.#scratch[1] = b;
    this.#scratch[2] = c;
    return NO_SERIES;
  }

  #lookUpMany(labels: Readonly<Record<string, LabelValue>>): number {
    const names = this.#names;
    const scratch = this.#scratch;
    let hash = HASH_SEED;
    for (let i = 0; i < names.length; i++) {
      const id = this.#ids[i]!.get(labels[names[i]!]!);
      if (id === undefined) return -1;
      scratch[i] = id;
      hash = mix(hash, id);
    }
    if (!hasCount(labels, names.length)) return -1;
    const slot = this.#probe(hash, scratch);
    return slot < 0 ? NO_SERIES : slot;
  }

  /** Does the same for labels in any order. */
  #lookUpManyOthers(
    { ids, otherNames, otherColumns }: BoundLabels,
    labels: Readonly<Record<string, LabelValue>>,
  ): number {
    for (let i = 0; i < otherNames.length; i++) {
      const column = otherColumns[i]!;
      const id = this.#ids[column]!.get(labels[otherNames[i]!]!);
      if (id === undefined) return -1;
      ids[column] = id;
    }
    return hasCount(labels, otherNames.length) ? this.#probe(hashOf(ids, 0, ids.length), ids) : -1;
  }

  /** Looks up the ids of bound labels. Returns false if a value is not known yet. */
  #resolve(bound: BoundLabels): boolean {
    for (let i = 0; i < bound.columns.length; i++) {
      const column = bound.columns[i]!;
      const id = this.#ids[column]!.get(bound.values[i]!);
      if (id === undefined) return false;
      bound.ids[column] = id;
    }
    bound.hash = hashOf(bound.ids, 0, bound.hashed);
    bound.dictionaries = this.#dictionaries;
    return true;
  }

  /**
   * Returns the columns of some of the labels, with the values as strings.
   * @throws for unknown or non-scalar labels
   */
  #columnsOf(labels: Readonly<Record<string, LabelValue>>): { column: number; value: string }[] {
    return Object.keys(labels).map((name) => {
      const column = this.labelNames.indexOf(name);
      if (column < 0) throw unknownLabel(this.metric, this.labelNames, name);
      const value = formatLabelValue(labels[name], name, this.metric, this.#settings.labelValueLengthLimit);
      return { column, value };
    });
  }

  /** Returns the slot of the series with these label ids, or -1. */
  #probe(hash: number, wanted: Int32Array): number {
    const hashTable = this.#hashTable;
    const ids = this.#labelIds;
    const labels = wanted.length;
    const mask = hashTable.length - 1;
    for (let position = hash & mask; ; position = (position + 1) & mask) {
      const slot = hashTable[position]! - 1;
      if (slot < 0) return -1;
      const start = slot * labels;
      let i = 0;
      while (i < labels && ids[start + i] === wanted[i]) i++;
      if (i === labels) return slot;
    }
  }

  /** True if a new series would exceed the limit, which does not count the series past the limit. Overwrites `#scratch`. */
  #isFull(): boolean {
    if (this.size !== this.#seriesLimit) return this.size > this.#seriesLimit;
    for (let i = 0; i < this.#scratch.length; i++) this.#scratch[i] = this.#ids[i]!.get(OVERFLOW_VALUE) ?? -1;
    return this.#probe(hashOf(this.#scratch, 0, this.#scratch.length), this.#scratch) < 0;
  }

  /** Returns the id of a value, -1 for a new value within the limit, or the id of the overflow value past the limit. */
  #idWithinLimit(column: number, value: string): number {
    const dictionary = this.#dictionaries[column]!;
    const id = dictionary.ids.get(value);
    // A value that only removed series had counts as new.
    if (id !== undefined && (dictionary.isLive(id) || value === OVERFLOW_VALUE)) return id;
    if (dictionary.limited < this.#labelLimits[column]! || value === OVERFLOW_VALUE) return id ?? -1;
    this.overflows[column]!++;
    return dictionary.ids.get(OVERFLOW_VALUE) ?? dictionary.add(OVERFLOW_VALUE);
  }

  #addDictionaries(): void {
    this.#scratch = new Int32Array(this.labelNames.length);
    this.#setDictionaries(this.labelNames.map(() => new LabelDictionary()));
  }

  #setDictionaries(dictionaries: readonly LabelDictionary[]): void {
    this.#dictionaries = dictionaries;
    this.#setIds(dictionaries.map(({ ids }) => ids));
  }

  #setIds(ids: ReadonlyMap<LabelValue, number>[]): void {
    this.#ids = ids;
    this.#idsA = ids[0] ?? NO_IDS;
    this.#idsB = ids[1] ?? NO_IDS;
    this.#idsC = ids[2] ?? NO_IDS;
  }

  /**
   * Makes the next look-up with the same values faster: a number or boolean then finds the id of its string without making the
   * string; for strings, see {@link shareCharacters}.
   */
  #adopt(labels: Readonly<Record<string, LabelValue>>): void {
    for (let i = 0; i < this.#names.length; i++) {
      const value = labels[this.#names[i]!]!;
      const { ids } = this.#dictionaries[i]!;
      if (typeof value === 'string') {
        shareCharacters(value);
      } else if (!ids.has(value)) {
        const id = ids.get(String(value));
        if (id !== undefined) ids.set(value, id);
      }
    }
  }

  #append(hash: number): number {
    const slot = this.size;
    const labels = this.#scratch.length;
    if (slot === this.#capacity) {
      this.#capacity = nextCapacity(this.#capacity);
      this.#copyLabelIds();
    }
    for (let i = 0; i < labels; i++) {
      const id = this.#scratch[i]!;
      this.#labelIds[slot * labels + i] = id;
      this.#dictionaries[i]!.acquire(id);
    }
    this.size = slot + 1;
    if (this.size * 2 > this.#hashTable.length) this.#reindex(Math.max(16, this.#hashTable.length * 2));
    else this.#insert(slot, hash);
    return slot;
  }

  #copyLabelIds(): void {
    const labelIds = new Int32Array(this.#capacity * this.labelNames.length);
    labelIds.set(this.#labelIds.subarray(0, this.size * this.labelNames.length));
    this.#labelIds = labelIds;
    this.#shared = false;
  }

  #insert(slot: number, hash: number): void {
    const mask = this.#hashTable.length - 1;
    let position = hash & mask;
    while (this.#hashTable[position] !== 0) position = (position + 1) & mask;
    this.#hashTable[position] = slot + 1;
  }

  #reindex(length: number): void {
    this.#hashTable = new Int32Array(length);
    for (let slot = 0; slot < this.size; slot++) this.#insert(slot, this.#hashAt(slot));
  }

  #hashAt(slot: number): number {
    const labels = this.labelNames.length;
    return hashOf(this.#labelIds, slot * labels, labels);
  }

  #positionOf(slot: number): number {
    const mask = this.#hashTable.length - 1;
    let position = this.#hashAt(slot) & mask;
    while (this.#hashTable[position] !== slot + 1) position = (position + 1) & mask;
    return position;
  }

  /** Fills the gap of a removed entry with later entries that were displaced past it, so that probing needs no tombstones. */
  #unindex(slot: number): void {
    const hashTable = this.#hashTable;
    const mask = hashTable.length - 1;
    let gap = this.#positionOf(slot);
    for (let position = (gap + 1) & mask; hashTable[position] !== 0; position = (position + 1) & mask) {
      const home = this.#hashAt(hashTable[position]! - 1) & mask;
      // Reachable from its home without passing the gap: it stays.
      if (((position - home) & mask) < ((position - gap) & mask)) continue;
      hashTable[gap] = hashTable[position]!;
      gap = position;
    }
    hashTable[gap] = 0;
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
    this.#setDictionaries(this.#dictionaries.map((each, i) => (i === column ? dictionary : each)));
    this.#reindex(this.#hashTable.length);
  }
}

/** Returns true if an object has this number of labels. When all names were found, another number means an unknown label. */
function hasCount(labels: Readonly<Record<string, LabelValue>>, count: number): boolean {
  let found = 0;
  for (const _ in labels) found++;
  return found === count;
}
