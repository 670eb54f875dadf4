import { OPEN_BRACE } from '../tokens/char-codes.ts';
import { LabelColumns } from './label-columns.ts';
import { PartKeys } from './part-keys.ts';

/** Labels of a line as written, and the row and part found for them. */
export interface TemplateLine {
  /** Labels with their braces; empty if the line has no braces. */
  readonly text: string;
  /** Value of the label `le` or `quantile`. */
  readonly partValue: string | undefined;
  /** Index of the series in the family. */
  readonly row: number;
  /** Key of the bucket or quantile; -1 if the line has none. */
  readonly key: number;
}

/**
 * Template of a family's lines. Neighbouring families often repeat the same labels and buckets line by line; their lines are
 * matched against the template instead of being parsed, and the families share its label columns.
 */
export class LineTemplate {
  /** Name of the label that selects a bucket, quantile or state, and is no label of the series. */
  readonly partLabel: string | undefined;
  readonly labels: LabelColumns;
  #keys: PartKeys | undefined;
  readonly #lines: TemplateLine[];
  #isComplete: boolean;

  /** @param isComplete true to record the lines, for later families to match */
  constructor(
    partLabel: string | undefined,
    isComplete: boolean,
    labels = new LabelColumns(),
    keys?: PartKeys,
    lines: TemplateLine[] = [],
  ) {
    this.partLabel = partLabel;
    this.labels = labels;
    this.#keys = keys;
    this.#lines = lines;
    this.#isComplete = isComplete;
  }

  /** Bounds, quantiles or states of the family. */
  get keys(): PartKeys {
    this.#keys ??= new PartKeys();
    return this.#keys;
  }

  /** Number of bounds, quantiles or states. */
  get keyCount(): number {
    return this.#keys?.count ?? 0;
  }

  /** True if all lines so far are recorded, so that other families can match them. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Number of recorded lines. */
  get size(): number {
    return this.#lines.length;
  }

  /** Records a line. With undefined, for a line that no other family can match, the template stops recording. */
  add(line: TemplateLine | undefined): void {
    if (line !== undefined && this.#lines.length < MAX_LINES) {
      this.#lines.push(line);
    } else {
      this.#isComplete = false;
      this.#lines.length = 0;
    }
  }

  /** Returns the line at an index if a text repeats its labels at `at`. */
  lineAt(index: number, text: string, at: number): TemplateLine | undefined {
    const line = this.#lines[index];
    if (line === undefined) return undefined;
    const isSame = line.text === '' ? text.charCodeAt(at) !== OPEN_BRACE : text.startsWith(line.text, at);
    return isSame ? line : undefined;
  }

  /** Returns a copy of the first lines with their rows and keys. */
  copyFirst(lines: number, rows: number, keys: number): LineTemplate {
    const labels = this.labels.copyFirst(rows);
    return new LineTemplate(
      this.partLabel,
      this.#isComplete,
      labels,
      this.#keys?.copyFirst(keys),
      this.#lines.slice(0, lines),
    );
  }
}

/** Limit of recorded lines. A template keeps the text of its lines alive, and the memory of a stream must stay small. */
const MAX_LINES = 256;
