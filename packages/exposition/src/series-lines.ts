import type { EscapingScheme, Exemplar, MetricFamily } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import type { Dialect } from './dialect.ts';
import { metricNameUnder } from './escape-text.ts';
import { hasNul, isShort, isWritable } from './exemplar-rules.ts';
import { formatNumber, formatSeconds } from './format-number.ts';
import { formatLabel, LabelBytes } from './label-bytes.ts';
import type { LinePrefix } from './line-prefix.ts';
import { isTime } from './times.ts';

const NO_LABELS = new Uint8Array(0);

/**
 * The lines of a family in a text format, one series at a time. A line is a prefix, constant for the life of the
 * series, and a tail: the value, timestamp and exemplars.
 */
export interface FamilyLines {
  /** HELP, TYPE and UNIT lines, in front of the lines of the series. */
  readonly head: string;
  /** Number of lines of each series, including lines without a tail, which are not written. */
  readonly perSeries: number;
  /**
   * True if tails of equal numbers in `values` are equal, as long as the family has the same identity and layout version.
   * False if they also show other columns, such as exemplars.
   */
  readonly isNumeric: boolean;
  /** Selects a series; its tails are then read in the order of the lines. */
  select(row: number): void;
  /** Writes the part of a line before the value. */
  writePrefix(sink: ByteSink, line: number): void;
  /** Returns the part of a line from the value on, without the line feed; `undefined` if the series lacks the line. */
  tail(line: number): Tail | undefined;
}

/** End of a line: its value, if nothing follows the value, which writes the number without a string; else the text. */
export type Tail = number | string;

/** Returns a tail as text. */
export function tailText(tail: Tail): string {
  return typeof tail === 'number' ? formatNumber(tail) : tail;
}

export function writeTail(sink: ByteSink, tail: Tail): void {
  if (typeof tail === 'number') sink.number(tail);
  else sink.characters(tail);
}

/** Base class for the lines of every type of family. */
export abstract class SeriesLines implements FamilyLines {
  abstract readonly perSeries: number;
  protected readonly family: MetricFamily;
  protected readonly dialect: Dialect;
  protected readonly escaping: EscapingScheme;
  /** Name of the family, escaped and not yet quoted. */
  protected readonly name: string;
  /** Index of the selected series in the family. */
  protected row = 0;
  // Created lazily: a writer that reuses prefixes needs only the tails.
  #head: string | undefined = undefined;
  #labelBytes: LabelBytes | undefined = undefined;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    this.family = family;
    this.dialect = dialect;
    this.escaping = escaping;
    this.name = metricNameUnder(family.name, escaping);
  }

  get head(): string {
    this.#head ??= this.dialect.descriptors(this.family, this.name);
    return this.#head;
  }

  get isNumeric(): boolean {
    const { absent, exemplars, native, timestampMs } = this.family;
    return (
      absent === undefined &&
      timestampMs === undefined &&
      (exemplars === undefined || this.dialect.exemplars === 'none') &&
      (native === undefined || !this.dialect.composite)
    );
  }

  protected get labelBytes(): LabelBytes {
    this.#labelBytes ??= new LabelBytes(this.family, this.escaping);
    return this.#labelBytes;
  }

  select(row: number): void {
    this.row = row;
  }

  abstract writePrefix(sink: ByteSink, line: number): void;

  abstract tail(line: number): Tail | undefined;

  /** Returns the number at an offset of the selected series. */
  protected number(offset: number): number {
    return this.family.values[this.row * this.family.layout.width + offset]!;
  }

  /** Returns the tail of a line with a value, the timestamp of the series and further text. */
  protected tailOf(value: number, more = ''): Tail {
    const text = this.time() + more;
    return text === '' ? value : formatNumber(value) + text;
  }

  /** Returns the timestamp to write after a value, or an empty string. */
  protected time(): string {
    const ms = this.family.timestampMs?.[this.row];
    return ms === undefined || Number.isNaN(ms) ? '' : this.dialect.timestamp(ms);
  }

  /** Returns the start time of the selected series in milliseconds; NaN if unknown or not a time. */
  protected startMs(): number {
    const ms = this.family.startMs?.[this.row] ?? Number.NaN;
    return isTime(ms) ? ms : Number.NaN;
  }

  /** Returns the rest of a line `_created`, or `undefined` if the start time is unknown. */
  protected created(): Tail | undefined {
    const startMs = this.startMs();
    return Number.isNaN(startMs) ? undefined : this.tailOf(startMs / 1000);
  }

  /**
   * Returns the text of exemplars to write after a value.
   * @param bucket index of a classic bucket; -1 for the exemplars that belong to no classic bucket
   */
  protected exemplars(bucket: number): string {
    const columns = this.family.exemplars;
    const { exemplars: allowed } = this.dialect;
    if (columns === undefined || allowed === 'none') return '';
    let text = '';
    for (let i = columns.offsets[this.row]!; i < columns.offsets[this.row + 1]!; i++) {
      if (columns.buckets[i] !== bucket || !this.#isIn(bucket, columns.exemplars[i]!)) continue;
      text += this.exemplar(columns.exemplars[i]!);
      if (allowed === 'one' && text !== '') break;
    }
    return text;
  }

  /** Returns true if the value of an exemplar is in its classic bucket, or belongs to none. */
  #isIn(bucket: number, { value }: Exemplar): boolean {
    const { layout } = this.family;
    if (bucket < 0 || layout.kind !== 'classic' || bucket >= layout.bounds.length) return true;
    return value <= layout.bounds[bucket]!;
  }

  /** Returns the text of an exemplar; empty if the format cannot express it, which would make the whole page invalid. */
  protected exemplar(exemplar: Exemplar): string {
    const { labels, value, timestampMs } = exemplar;
    if (!isWritable(exemplar, this.escaping) || hasNul(exemplar)) return '';
    // OpenMetrics 2.0 requires a time, and has no limit of the length.
    if (this.dialect.composite ? timestampMs === undefined : !isShort(exemplar, this.escaping)) return '';
    const pairs = labels.map((label) => formatLabel(label, this.escaping)).join(',');
    return ` # {${pairs}} ${formatNumber(value)}${timestampMs === undefined ? '' : formatSeconds(timestampMs)}`;
  }
}

/** Base class for families with several lines per series: the lines of a series share one rendering of the labels. */
export abstract class MultiLineSeries extends SeriesLines {
  #prefixes: readonly LinePrefix[] | undefined = undefined;
  /** Rendered labels of the series `#labelsRow`. */
  #labels: Uint8Array = NO_LABELS;
  #labelsRow = -1;
  /** Created for the first series with labels. */
  #sink: ByteSink | undefined = undefined;

  writePrefix(sink: ByteSink, line: number): void {
    this.#prefixes ??= this.prefixes();
    if (this.#labelsRow !== this.row) this.#renderLabels();
    this.#prefixes[line]!.write(sink, this.#labels);
  }

  /** Returns a prefix for each line of a series. */
  protected abstract prefixes(): readonly LinePrefix[];

  #renderLabels(): void {
    this.#labelsRow = this.row;
    this.#labels = NO_LABELS;
    if (!this.labelBytes.has(this.row)) return;
    this.#sink ??= new ByteSink();
    this.#sink.clear();
    this.labelBytes.write(this.#sink, this.row);
    this.#labels = this.#sink.view();
  }
}
