import type { Outline } from './line-template.ts';

/** Outlines of the families that were read lately. */
export class RecentOutlines {
  readonly #outlines: Outline[] = [];

  /** How many families in a row were like none before. */
  #misses = 0;

  /** The latest that begins with the labels that a text has at a place, and has the same special label. */
  find(special: string | undefined, text: string, at: number): Outline | undefined {
    for (const outline of this.#outlines) {
      if (outline.special !== special || outline.lineAt(0, text, at) === undefined) continue;
      this.#misses = 0;
      return outline;
    }
    this.#misses++;
    return undefined;
  }

  /** Whether the family after `find` should be one that others can follow: in a document where none does, only some are. */
  get wantsMore(): boolean {
    return this.#misses <= MOST_OUTLINES || this.#misses % MOST_OUTLINES === 0;
  }

  /** Makes an outline the latest, if families can follow it. */
  add(outline: Outline): void {
    if (outline === this.#outlines[0] || !outline.isComplete) return;
    const place = this.#outlines.indexOf(outline);
    if (place >= 0) this.#outlines.splice(place, 1);
    else if (this.#outlines.length === MOST_OUTLINES) this.#outlines.pop();
    this.#outlines.unshift(outline);
  }

  /** Forgets all. Outlines refer to the text that they were read from, and keep it alive. */
  clear(): void {
    this.#outlines.length = 0;
  }
}

/** Families with labels, without labels, and histograms often come by turns. */
const MOST_OUTLINES = 4;
