import type { LabelValue } from '@promwright/model';

/**
 * The values of one label of one metric, each with a small number. Numbers are given out once and never reused, so a
 * snapshot may keep reading `values` while new ones are added behind; to drop dead values, a new dictionary is made.
 */
export class LabelDictionary {
  /** Also finds numbers and booleans that stand for a text, so that looking one up makes no string. */
  readonly ids: Map<LabelValue, number> = new Map();
  readonly values: string[] = [];
  /** How many distinct values at least one series has; the limit counts these. */
  live = 0;
  #uses = new Int32Array(8);

  /** The number of a text, which is new. */
  add(text: string): number {
    const id = this.values.push(text) - 1;
    this.ids.set(text, id);
    if (id === this.#uses.length) this.#uses = grown(this.#uses, id * 2);
    return id;
  }

  /** One more series has the value. */
  acquire(id: number): void {
    if (this.#uses[id]!++ === 0) this.live++;
  }

  /** One series less has the value. */
  release(id: number): void {
    if (--this.#uses[id]! === 0) this.live--;
  }

  /** Whether dead values outweigh the live ones, so that a new dictionary is worth its cost. */
  isMostlyDead(): boolean {
    return this.values.length > 64 && this.values.length > this.live * 2;
  }

  isLive(id: number): boolean {
    return this.#uses[id]! > 0;
  }
}

function grown(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(column);
  return longer;
}
