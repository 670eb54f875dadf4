import type { EscapingScheme, Exemplar, MetricFamily } from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import { type Dialect, secondsText } from './dialect.ts';
import { metricNameUnder, numberText } from './escape-text.ts';
import { LabelBytes, pairText } from './label-bytes.ts';

const NO_LABELS = new Uint8Array(0);

/** What the lines of every kind of family have in common. */
export abstract class SeriesLines {
  readonly head: string;
  protected readonly family: MetricFamily;
  protected readonly dialect: Dialect;
  protected readonly escaping: EscapingScheme;
  /** The family's name, escaped and not yet quoted. */
  protected readonly name: string;
  protected readonly labelBytes: LabelBytes;
  protected point = 0;

  constructor(family: MetricFamily, dialect: Dialect, escaping: EscapingScheme) {
    this.family = family;
    this.dialect = dialect;
    this.escaping = escaping;
    this.name = metricNameUnder(family.name, escaping);
    this.head = dialect.descriptors(family, this.name);
    this.labelBytes = new LabelBytes(family, escaping);
  }

  select(point: number): void {
    this.point = point;
  }

  /** The number at an offset of the series at hand. */
  protected number(offset: number): number {
    return this.family.values[this.point * this.family.layout.width + offset]!;
  }

  /** What follows a value: the timestamp, if it has one. */
  protected time(): string {
    const ms = this.family.timestampMs?.[this.point];
    return ms === undefined || Number.isNaN(ms) ? '' : this.dialect.timestamp(ms);
  }

  /** Since when the series at hand counts, in milliseconds; NaN if that is not known. */
  protected startMs(): number {
    return this.family.startMs?.[this.point] ?? Number.NaN;
  }

  /** What follows a value, or its timestamp: the exemplars of a classic bucket, or with -1 those of no bucket. */
  protected exemplars(bucket: number): string {
    const columns = this.family.exemplars;
    const { exemplars: wanted } = this.dialect;
    if (columns === undefined || wanted === 'none') return '';
    let text = '';
    for (let i = columns.offsets[this.point]!; i < columns.offsets[this.point + 1]!; i++) {
      if (columns.buckets[i] !== bucket) continue;
      text += this.exemplar(columns.exemplars[i]!);
      if (wanted === 'one') break;
    }
    return text;
  }

  protected exemplar({ labels, value, timestampMs }: Exemplar): string {
    // OpenMetrics 2.0 asks for the time, and one that is not valid must not cost more than itself.
    if (this.dialect.composite && timestampMs === undefined) return '';
    const pairs = labels.map((label) => pairText(label, this.escaping)).join(',');
    return ` # {${pairs}} ${numberText(value)}${timestampMs === undefined ? '' : secondsText(timestampMs)}`;
  }
}

/** Lines of which a series has several: its labels are put together once for all of them. */
export abstract class SeveralLines extends SeriesLines {
  /** The labels of the series at hand, until the next is selected. */
  protected labels: Uint8Array = NO_LABELS;
  /** Made when a series has labels. */
  #sink: ByteSink | undefined = undefined;

  override select(point: number): void {
    super.select(point);
    if (!this.labelBytes.has(point)) {
      this.labels = NO_LABELS;
      return;
    }
    this.#sink ??= new ByteSink();
    this.#sink.clear();
    this.labelBytes.write(this.#sink, point);
    this.labels = this.#sink.view();
  }
}
