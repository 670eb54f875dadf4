import type { LineTemplate } from './line-template.ts';

/** Templates of the latest families, the latest first. */
export class TemplateCache {
  readonly #templates: LineTemplate[] = [];

  /** Number of consecutive families without a matching template. */
  #misses = 0;

  /** Returns the latest template with the same part label whose first line has the labels of a text at `at`. */
  find(partLabel: string | undefined, text: string, at: number): LineTemplate | undefined {
    for (const template of this.#templates) {
      if (template.partLabel !== partLabel || template.lineAt(0, text, at) === undefined) continue;
      this.#misses = 0;
      return template;
    }
    this.#misses++;
    return undefined;
  }

  /**
   * True if the family after `find` should record a template. In a document whose families never match, only some record,
   * because recording costs time.
   */
  get wantsTemplate(): boolean {
    return this.#misses <= MAX_TEMPLATES || this.#misses % MAX_TEMPLATES === 0;
  }

  /** Makes a template the latest, if it is complete. */
  add(template: LineTemplate): void {
    if (template === this.#templates[0] || !template.isComplete) return;
    const place = this.#templates.indexOf(template);
    if (place >= 0) this.#templates.splice(place, 1);
    else if (this.#templates.length === MAX_TEMPLATES) this.#templates.pop();
    this.#templates.unshift(template);
  }

  /** Removes all templates, because a template keeps alive the text of its lines. */
  clear(): void {
    this.#templates.length = 0;
  }
}

/** Families with labels, families without labels and histograms often alternate. */
const MAX_TEMPLATES = 4;
