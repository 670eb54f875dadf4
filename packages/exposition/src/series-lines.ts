import type { EscapingScheme, Exemplar, MetricFamily } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import { type Dialect, formatSeconds } from './dialect.ts';
import { formatNumber, metricNameUnder } from './escape-text.ts';
import { formatLabel, LabelBytes } from './label-bytes.ts';
import type { LinePrefix } from './line-prefix.ts';

const NO_LABELS = new Uint8Array(0);

/** What the lines of every kind of family have in common. */
export abstract class SeriesLines {
  protected readonly family: MetricFamily;
  protected readonly dialect: Dialect;
  protected readonly escaping: EscapingScheme;
  /** The family's name, escaped and not yet quoted. */
  protected readonly name: string;
  protected row = 0;
  // Made when they are needed: whoever keeps what they gave asks for the tails alone.
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

  protected get labelBytes(): LabelBytes {
    this.#labelBytes ??= new LabelBytes(this.family, this.escaping);
    return this.#labelBytes;
  }

  select(row: number): void {
    this.row = row;
  }

  /** The number at an offset of the series at hand. */
  protected number(offset: number): number {
    return this.family.values[this.row * this.family.layout.width + offset]!;
  }

  /** What follows a value: the timestamp, if it has one. */
  protected time(): string {
    const ms = this.family.timestampMs?.[this.row];
    return ms === undefined || Number.isNaN(ms) ? '' : this.dialect.timestamp(ms);
  }

  /** Since when the series at hand counts, in milliseconds; NaN if that is not known. */
  protected startMs(): number {
    return this.family.startMs?.[this.row] ?? Number.NaN;
  }

  /** What follows a value, or its timestamp: the exemplars of a classic bucket, or with -1 those of no bucket. */
  protected exemplars(bucket: number): string {
    const columns = this.family.exemplars;
    const { exemplars: wanted } = this.dialect;
    if (columns === undefined || wanted === 'none') return '';
    let text = '';
    for (let i = columns.offsets[this.row]!; i < columns.offsets[this.row + 1]!; i++) {
      if (columns.buckets[i] !== bucket) continue;
      text += this.exemplar(columns.exemplars[i]!);
      if (wanted === 'one') break;
    }
    return text;
  }

  protected exemplar({ labels, value, timestampMs }: Exemplar): string {
    // OpenMetrics 2.0 asks for the time, and one that is not valid must not cost more than itself.
    if (this.dialect.composite && timestampMs === undefined) return '';
    const pairs = labels.map((label) => formatLabel(label, this.escaping)).join(',');
    return ` # {${pairs}} ${formatNumber(value)}${timestampMs === undefined ? '' : formatSeconds(timestampMs)}`;
  }
}

/** Lines of which a series has several: its labels are put together once for all of them. */
export abstract class MultiLineSeries extends SeriesLines {
  #prefixes: readonly LinePrefix[] | undefined = undefined;
  /** The labels of the series whose number stands behind it. */
  #labels: Uint8Array = NO_LABELS;
  #labelsRow = -1;
  /** Made when a series has labels. */
  #sink: ByteSink | undefined = undefined;

  writePrefix(sink: ByteSink, line: number): void {
    this.#prefixes ??= this.prefixes();
    if (this.#labelsRow !== this.row) this.#putLabels();
    this.#prefixes[line]!.write(sink, this.#labels);
  }

  /** What stands before the value, for each line of a series. */
  protected abstract prefixes(): readonly LinePrefix[];

  #putLabels(): void {
    this.#labelsRow = this.row;
    this.#labels = NO_LABELS;
    if (!this.labelBytes.has(this.row)) return;
    this.#sink ??= new ByteSink();
    this.#sink.clear();
    this.labelBytes.write(this.#sink, this.row);
    this.#labels = this.#sink.view();
  }
}
