import type { LabelColumns } from './label-columns.ts';

/** Open-addressing hash table that finds the latest row with the current labels. */
export class SeriesIndex {
  /** Row + 1 in each slot; 0 is a free slot. */
  #slots = freeSlots(16);
  #used = 0;
  readonly #hashes: number[] = [];
  readonly #labels: LabelColumns;
  // Hash and slot of the last `find`.
  #hash = 0;
  #slot = 0;

  constructor(labels: LabelColumns) {
    this.#labels = labels;
  }

  /** Returns the latest row with the current labels, or -1. */
  find(): number {
    this.#hash = this.#labels.hash();
    this.#slot = this.#slotOf(this.#hash);
    return this.#slots[this.#slot]! - 1;
  }

  /** Makes a row the latest with the current labels. The caller must have called `find` for them. */
  set(row: number): void {
    while (this.#hashes.length < row) this.#hashes.push(0);
    this.#hashes[row] = this.#hash;
    const isNew = this.#slots[this.#slot] === 0;
    this.#slots[this.#slot] = row + 1;
    if (isNew && ++this.#used * 2 > this.#slots.length) this.#grow();
  }

  #slotOf(hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.#slots[slot]! - 1;
      if (row < 0 || (this.#hashes[row] === hash && this.#labels.equals(row))) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = freeSlots(old.length * 2);
    const mask = this.#slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      let slot = this.#hashes[entry - 1]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }
}

/** Returns a plain array: creating a typed array of more than a few elements takes as long as reading a line. */
function freeSlots(count: number): number[] {
  return new Array<number>(count).fill(0);
}
