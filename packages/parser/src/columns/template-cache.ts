import type { LineTemplate } from './line-template.ts';

/** Outlines of the families that were read lately. */
export class TemplateCache {
  readonly #templates: LineTemplate[] = [];

  /** How many families in a row were like none before. */
  #misses = 0;

  /** The latest that begins with the labels that a text has at a place, and has the same partLabel label. */
  find(partLabel: string | undefined, text: string, at: number): LineTemplate | undefined {
    for (const template of this.#templates) {
      if (template.partLabel !== partLabel || template.lineAt(0, text, at) === undefined) continue;
      this.#misses = 0;
      return template;
    }
    this.#misses++;
    return undefined;
  }

  /** Whether the family after `find` should be one that others can follow: in a document where none does, only some are. */
  get wantsTemplate(): boolean {
    return this.#misses <= MAX_TEMPLATES || this.#misses % MAX_TEMPLATES === 0;
  }

  /** Makes an template the latest, if families can follow it. */
  add(template: LineTemplate): void {
    if (template === this.#templates[0] || !template.isComplete) return;
    const place = this.#templates.indexOf(template);
    if (place >= 0) this.#templates.splice(place, 1);
    else if (this.#templates.length === MAX_TEMPLATES) this.#templates.pop();
    this.#templates.unshift(template);
  }

  /** Forgets all. Outlines refer to the text that they were read from, and keep it alive. */
  clear(): void {
    this.#templates.length = 0;
  }
}

/** Families with labels, without labels, and histograms often come by turns. */
const MAX_TEMPLATES = 4;
