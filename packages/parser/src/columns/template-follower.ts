import type { LabelColumns } from './label-columns.ts';
import { LineTemplate, type TemplateLine } from './line-template.ts';
import type { PartKeys } from './part-keys.ts';
import { SeriesIndex } from './series-index.ts';

/**
 * Finds the row of each line of a family by its labels. Follows the template of an earlier family as long as every line
 * matches, without parsing or copying labels. Diverges at the first line that does not match: from then on the family has its
 * own label columns, which begin with a copy of the rows followed so far.
 */
export class TemplateFollower {
  /** Number of rows. */
  size = 0;
  /** Template of another family while following it, else the family's own. */
  #template: LineTemplate;
  /** True while all lines matched the template of another family. */
  #follows: boolean;
  /** Number of lines and of part keys so far, counted while following. */
  #lines = 0;
  #keyCount = 0;
  /** Template line that matched the current line. */
  #line: TemplateLine | undefined;
  /** Labels and part value of the current line as written, noted for the family's own template. */
  #text: string | undefined;
  #partValue: string | undefined;
  #index: SeriesIndex | undefined;
  #isFindable = false;
  /** Result of the last `find`. */
  #found = -1;

  /**
   * @param partLabel name of the label that selects a bucket, quantile or state
   * @param candidate template that the family may match
   * @param isTemplate true if later families may match this family
   */
  constructor(partLabel: string | undefined, candidate: LineTemplate | undefined, isTemplate: boolean) {
    this.#follows = candidate !== undefined;
    this.#template = candidate ?? new LineTemplate(partLabel, isTemplate);
  }

  /** Name of the label that selects a bucket, quantile or state. */
  get partLabel(): string | undefined {
    return this.#template.partLabel;
  }

  /** Columns to read the labels of the next line into, unless `match` found them. */
  get labels(): LabelColumns {
    return this.#template.labels;
  }

  /** Bounds, quantiles or states. May contain more than {@link keyCount} while following, those of the other family. */
  get keys(): PartKeys {
    return this.#template.keys;
  }

  /** Number of bounds, quantiles or states of this family. */
  get keyCount(): number {
    return this.#follows ? this.#keyCount : this.#template.keyCount;
  }

  /**
   * Returns the template's next line if a text repeats its labels at `at`. Otherwise diverges and returns undefined; the caller
   * must read the labels into `labels` and may call {@link noteLabels}.
   */
  match(text: string, at: number): TemplateLine | undefined {
    if (!this.#follows) return undefined;
    this.#line = this.#template.lineAt(this.#lines, text, at);
    if (this.#line === undefined) this.diverge();
    return this.#line;
  }

  /** Notes the labels that were just read, as written from `start` to `end`, for the template. */
  noteLabels(text: string, start: number, end: number, partValue: string | undefined): void {
    if (!this.#template.isComplete) return;
    this.#text = text.slice(start, end);
    this.#partValue = partValue;
  }

  /** Ends a line. Without a row, the line was skipped. */
  endLine(row = -1, key = -1): void {
    if (row < 0) this.diverge();
    if (this.#follows) {
      this.#lines++;
      return;
    }
    if (!this.#template.isComplete) return;
    // An empty label that its row lacks adds a column, which a copy of the rows would not contain.
    const text = row < 0 || !this.labels.hasAllEmpty(row) ? undefined : this.#text;
    this.#template.add(text === undefined ? undefined : { text, partValue: this.#partValue, row, key });
    this.#text = undefined;
  }

  /** Stops following the template and copies what was followed so far. Does nothing if it does not follow one. */
  diverge(): void {
    if (!this.#follows) return;
    const followed = this.#template;
    this.#follows = false;
    this.#template = followed.copyFirst(this.#lines, this.size, this.#keyCount);
    if (this.#isFindable) {
      this.#index = new SeriesIndex(this.labels);
      for (let row = 0; row < this.size; row++) {
        this.labels.copyFrom(followed.labels, row);
        this.#index.find();
        this.#index.set(row);
      }
    }
    this.labels.begin();
    if (this.#line !== undefined) this.labels.copyFrom(followed.labels, this.#line.row);
    this.#line = undefined;
  }

  /**
   * Returns the template for later families. Called when another family begins, though more lines may follow. Diverges from a
   * template that has more lines than this family.
   */
  seal(): LineTemplate {
    if (this.#follows && (!this.#template.isComplete || this.#lines < this.#template.size)) {
      this.#line = undefined;
      this.diverge();
    }
    return this.#template;
  }

  /** Returns true if the current line has a label. */
  hasLabel(name: string): boolean {
    this.diverge();
    return this.labels.has(name);
  }

  /** Returns true if a row has the labels of the current line. */
  isAt(row: number): boolean {
    return this.#follows ? this.#line!.row === row : this.labels.equals(row);
  }

  /** Adds a row with the labels of the current line, which `find` will not find. Returns its index. */
  append(): number {
    if (!this.#follows) this.labels.commit();
    return this.size++;
  }

  /** Returns the latest row with the labels of the current line, or -1. */
  find(): number {
    if (this.#follows) return this.#line!.row < this.size ? this.#line!.row : -1;
    this.#index ??= new SeriesIndex(this.labels);
    this.#found = this.#index.find();
    return this.#found;
  }

  /** Adds a row with the labels of the current line, for `find` to find. The caller must have called `find`. Returns its index. */
  appendFindable(): number {
    this.#isFindable = true;
    if (this.#follows && this.#line!.row < this.size) {
      this.diverge();
      this.find();
    }
    if (!this.#follows) {
      this.#index!.set(this.size);
      // A second row with equal labels: a family that matches the template could not know to add another row.
      if (this.#found >= 0) this.#text = undefined;
    }
    return this.append();
  }

  /** Returns the key of a bound, quantile or state; adds it if it is new. */
  keyOf(content: number | string): number {
    this.diverge();
    return this.#template.keys.keyOf(content);
  }

  /** Returns the key of a number as written, or `NO_NUMBER` or `NOT_A_BOUND`. */
  keyOfText(text: string): number {
    if (this.#follows) {
      const { key } = this.#line!;
      if (key >= 0) {
        if (key >= this.#keyCount) this.#keyCount = key + 1;
        return key;
      }
      this.diverge();
    }
    return this.#template.keys.keyOfText(text);
  }

  /** Returns the bound, quantile or state of a key. */
  contentOf(key: number): number | string {
    return this.#template.keys.contentOf(key);
  }
}
