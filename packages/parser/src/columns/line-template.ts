import { OPEN_BRACE } from '../tokens/char-codes.ts';
import { LabelColumns } from './label-columns.ts';
import { PartKeys } from './part-keys.ts';

/** What stands between the braces of a line, and of what it is. */
export interface TemplateLine {
  /** With the braces; empty where there are none. */
  readonly text: string;
  /** The value of the label `le` or `quantile`. */
  readonly partValue: string | undefined;
  /** The series. */
  readonly row: number;
  /** The bucket or quantile, -1 for none. */
  readonly key: number;
}

/**
 * What the lines of a family are of. Families that stand together often have the same labels and buckets, line by line: once
 * they were read, the others need but be compared with them, and all can share what was made of them.
 */
export class LineTemplate {
  /** The label that is none of the series. */
  readonly partLabel: string | undefined;
  readonly labels: LabelColumns;
  #keys: PartKeys | undefined;
  readonly #known: TemplateLine[];
  #isComplete: boolean;

  /** @param isComplete whether its lines are to be known */
  constructor(
    partLabel: string | undefined,
    isComplete: boolean,
    labels = new LabelColumns(),
    keys?: PartKeys,
    known: TemplateLine[] = [],
  ) {
    this.partLabel = partLabel;
    this.labels = labels;
    this.#keys = keys;
    this.#known = known;
    this.#isComplete = isComplete;
  }

  /** The bounds, quantiles or states there are. */
  get keys(): PartKeys {
    this.#keys ??= new PartKeys();
    return this.#keys;
  }

  /** How many of those there are. */
  get keyCount(): number {
    return this.#keys?.count ?? 0;
  }

  /** Whether all lines so far are known, so that others can be compared with them. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Number of lines, if they are known. */
  get size(): number {
    return this.#known.length;
  }

  /** Adds a line. Undefined is one that others cannot be compared with. */
  add(line: TemplateLine | undefined): void {
    if (line !== undefined && this.#known.length < MAX_LINES) {
      this.#known.push(line);
    } else {
      this.#isComplete = false;
      this.#known.length = 0;
    }
  }

  /** The line with a number, if a text has the same at a place. */
  lineAt(number: number, text: string, at: number): TemplateLine | undefined {
    const line = this.#known[number];
    if (line === undefined) return undefined;
    const isSame = line.text === '' ? text.charCodeAt(at) !== OPEN_BRACE : text.startsWith(line.text, at);
    return isSame ? line : undefined;
  }

  /** A copy of the first lines, with what is in them. */
  copyFirst(lines: number, series: number, keys: number): LineTemplate {
    const labels = this.labels.copyFirst(series);
    return new LineTemplate(
      this.partLabel,
      this.#isComplete,
      labels,
      this.#keys?.copyFirst(keys),
      this.#known.slice(0, lines),
    );
  }
}

/** Others are compared with these while they are kept, and a stream must not keep much. */
const MAX_LINES = 256;
