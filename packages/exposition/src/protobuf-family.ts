import {
  type BucketColumns,
  type ClassicLayout,
  type EscapingScheme,
  type Exemplar,
  escapeName,
  isClassicLabelName,
  type MetricFamily,
  type MetricType,
  NO_NATIVE,
  type QuantileLayout,
  type StateLayout,
} from '@promwright/model';
import { ByteSink } from './byte-sink.ts';
import { metricNameUnder } from './escape-text.ts';
import { spansOf } from './native-spans.ts';

// Numbers of the message types of io.prometheus.client; the format has none for infos and state sets.
const TYPES: Readonly<Record<MetricType, number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
  gaugehistogram: 5,
  info: 1,
  stateset: 1,
};

/** The field of `Metric` that holds the value, by type. */
const VALUE_FIELDS: Readonly<Record<MetricType, number>> = {
  gauge: 2,
  info: 2,
  stateset: 2,
  counter: 3,
  summary: 4,
  unknown: 5,
  histogram: 7,
  gaugehistogram: 7,
};

const bytes = (field: number): number => (field << 3) | 2;
const fixed = (field: number): number => (field << 3) | 1;
const varint = (field: number): number => field << 3;

/** A family as a message `io.prometheus.client.MetricFamily`, any stretch of its series at a time. */
export class ProtobufFamily {
  readonly #family: MetricFamily;
  readonly #escaping: EscapingScheme;
  readonly #sink = new ByteSink();
  /** The labels that every series has, as fields of `Metric`. */
  readonly #constant: Uint8Array;
  /** For each label its field of `Metric` by the id of the value, made on first use. */
  readonly #pairs: (Uint8Array | undefined)[][];
  readonly #labelNames: readonly string[];

  constructor(family: MetricFamily, escaping: EscapingScheme) {
    this.#family = family;
    this.#escaping = escaping;
    this.#labelNames = family.labelNames.map((name) => this.#labelName(name));
    for (const { name, value } of family.constLabels) this.#pair(this.#labelName(name), value);
    this.#constant = this.#sink.take();
    this.#pairs = family.labelNames.map(() => []);
  }

  /** The fields in front of the series, and what stands before the message: its length, with so many bytes of series. */
  head(seriesLength: number): Uint8Array {
    const { name, help, type, unit } = this.#family;
    const sink = this.#sink;
    sink.text(bytes(1), metricNameUnder(name, this.#escaping));
    if (help) sink.text(bytes(2), help);
    sink.byte(varint(3));
    sink.varint(TYPES[type]);
    // The order of fields is free: in front, the unit needs no end of the message.
    if (unit) sink.text(bytes(5), unit);
    const fields = sink.take();
    sink.varint(fields.length + seriesLength);
    sink.raw(fields);
    return sink.take();
  }

  /** The series from `start` up to, but without, `end`, as fields of the message. */
  series(start: number, end: number): Uint8Array {
    const { layout } = this.#family;
    for (let row = start; row < end; row++) {
      if (layout.kind === 'state') this.#states(row, layout);
      else this.#metric(row, this.#family.values[row * layout.width]!);
    }
    return this.#sink.take();
  }

  /** A state set is a gauge per state. */
  #states(row: number, { states, width }: StateLayout): void {
    const name = this.#labelName(this.#family.name);
    states.forEach((state, i) => {
      this.#metric(row, this.#family.values[row * width + i]!, () => this.#pair(name, state));
    });
  }

  #metric(row: number, value: number, addLabels?: () => void): void {
    const { layout, type, timestampMs } = this.#family;
    const sink = this.#sink;
    const metric = sink.begin(bytes(4));
    this.#labels(row);
    addLabels?.();
    const field = sink.begin(bytes(VALUE_FIELDS[type]));
    if (layout.kind === 'classic') this.#histogram(row, layout);
    else if (layout.kind === 'quantile') this.#summary(row, layout);
    else {
      this.#double(1, value);
      if (type === 'counter') {
        const exemplar = this.#exemplar(row, -1);
        if (exemplar !== undefined) this.#exemplarField(2, exemplar);
        this.#start(3, row);
      }
    }
    sink.end(field);
    const ms = timestampMs?.[row];
    if (ms !== undefined && Number.isFinite(ms)) {
      sink.byte(varint(6));
      sink.int64(Math.round(ms));
    }
    sink.end(metric);
  }

  #labels(row: number): void {
    const { labelIds, dictionaries } = this.#family;
    const sink = this.#sink;
    sink.raw(this.#constant);
    const labels = this.#pairs.length;
    for (let i = 0; i < labels; i++) {
      const id = labelIds[row * labels + i]!;
      if (id < 0) continue;
      let pair = this.#pairs[i]![id];
      if (pair === undefined) {
        pair = pairBytes(this.#labelNames[i]!, dictionaries[i]![id]!);
        this.#pairs[i]![id] = pair;
      }
      sink.raw(pair);
    }
  }

  #summary(row: number, { quantiles, width, count, sum }: QuantileLayout): void {
    const { values } = this.#family;
    const sink = this.#sink;
    const start = row * width;
    const counted = count < 0 ? Number.NaN : values[start + count]!;
    if (!Number.isNaN(counted)) {
      sink.byte(varint(1));
      sink.varint(counted);
    }
    if (this.#hasSum(row, sum)) this.#double(2, values[start + sum]!);
    for (let i = 0; i < quantiles.length; i++) {
      const quantile = sink.begin(bytes(3));
      this.#double(1, quantiles[i]!);
      this.#double(2, values[start + i]!);
      sink.end(quantile);
    }
    this.#start(4, row);
  }

  #histogram(row: number, layout: ClassicLayout): void {
    const { values } = this.#family;
    const { bounds, cumulative, width } = layout;
    const start = row * width;
    let total = 0;
    if (layout.count >= 0) total = values[start + layout.count]!;
    else if (cumulative) total = values[start + bounds.length]!;
    else for (let i = 0; i <= bounds.length; i++) total += values[start + i]!;
    this.#count(1, 4, total);
    if (this.#hasSum(row, layout.sum)) this.#double(2, values[start + layout.sum]!);
    this.#buckets(row, layout);
    this.#native(row);
    this.#start(15, row);
    this.#nativeExemplars(row);
  }

  #buckets(row: number, { bounds, cumulative, width }: ClassicLayout): void {
    const { values } = this.#family;
    const sink = this.#sink;
    let count = 0;
    for (let i = 0; i <= bounds.length; i++) {
      const stored = values[row * width + i]!;
      if (cumulative && Number.isNaN(stored)) continue;
      count = cumulative ? stored : count + stored;
      const exemplar = this.#exemplar(row, i);
      // The count says as much as the last bucket, unless that has an exemplar.
      if (i === bounds.length && exemplar === undefined) continue;
      const bucket = sink.begin(bytes(3));
      this.#count(1, 4, count);
      this.#double(2, bounds[i] ?? Infinity);
      if (exemplar !== undefined) this.#exemplarField(3, exemplar);
      sink.end(bucket);
    }
  }

  #native(row: number): void {
    const { native } = this.#family;
    if (native === undefined || native.schemas[row] === NO_NATIVE) return;
    const sink = this.#sink;
    const [zeroThreshold, zeroCount] = [native.zeroThresholds[row]!, native.zeroCounts[row]!];
    sink.byte(varint(5));
    sink.zigzag(native.schemas[row]!);
    this.#double(6, zeroThreshold);
    this.#count(7, 8, zeroCount);
    this.#side(row, native.negative, { spans: 9, deltas: 10, counts: 11 });
    this.#side(row, native.positive, { spans: 12, deltas: 13, counts: 14 });
    const isEmpty = [native.positive, native.negative].every(({ offsets }) => offsets[row] === offsets[row + 1]);
    if (isEmpty && zeroThreshold === 0 && zeroCount === 0) {
      // Without any of these it would be taken for a classic one: so a span that spans nothing.
      sink.end(sink.begin(bytes(12)));
    }
  }

  #side(row: number, columns: BucketColumns, fields: { spans: number; deltas: number; counts: number }): void {
    const sink = this.#sink;
    const { spans, counts } = spansOf(columns, row);
    if (spans.length === 0) return;
    for (const { offset, length } of spans) {
      const span = sink.begin(bytes(fields.spans));
      sink.byte(varint(1));
      sink.zigzag(offset);
      sink.byte(varint(2));
      sink.varint(length);
      sink.end(span);
    }
    const isWhole = counts.every(Number.isSafeInteger);
    const packed = sink.begin(bytes(isWhole ? fields.deltas : fields.counts));
    let before = 0;
    for (const count of counts) {
      if (isWhole) sink.zigzag(count - before);
      else sink.double(count);
      before = count;
    }
    sink.end(packed);
  }

  /** Without a time an exemplar of native buckets is not valid. */
  #nativeExemplars(row: number): void {
    const { exemplars, native } = this.#family;
    if (exemplars === undefined || native === undefined) return;
    for (let i = exemplars.offsets[row]!; i < exemplars.offsets[row + 1]!; i++) {
      const exemplar = exemplars.exemplars[i]!;
      if (exemplars.buckets[i] === -1 && exemplar.timestampMs !== undefined) this.#exemplarField(16, exemplar);
    }
  }

  #exemplar(row: number, bucket: number): Exemplar | undefined {
    const { exemplars } = this.#family;
    if (exemplars === undefined) return undefined;
    for (let i = exemplars.offsets[row]!; i < exemplars.offsets[row + 1]!; i++) {
      if (exemplars.buckets[i] === bucket) return exemplars.exemplars[i];
    }
    return undefined;
  }

  #exemplarField(field: number, { labels, value, timestampMs }: Exemplar): void {
    const sink = this.#sink;
    if (field >= 16) {
      // Its tag takes two bytes; `begin` writes the second.
      sink.byte((bytes(field) & 0x7f) | 0x80);
      field >>= 4;
    } else field = bytes(field);
    const exemplar = sink.begin(field);
    for (const { name, value } of labels) this.#pair(this.#labelName(name), value);
    this.#double(2, value);
    if (timestampMs !== undefined) this.#time(3, timestampMs);
    sink.end(exemplar);
  }

  #start(field: number, row: number): void {
    const ms = this.#family.startMs?.[row];
    if (ms !== undefined && Number.isFinite(ms)) this.#time(field, ms);
  }

  #time(field: number, ms: number): void {
    const sink = this.#sink;
    const seconds = Math.floor(ms / 1000);
    const time = sink.begin(bytes(field));
    sink.byte(varint(1));
    sink.int64(seconds);
    sink.byte(varint(2));
    sink.varint(Math.round((ms - seconds * 1000) * 1e6));
    sink.end(time);
  }

  /** A count has a field for integers and another for others. */
  #count(whole: number, float: number, count: number): void {
    if (count >= 0 && Number.isInteger(count)) {
      this.#sink.byte(varint(whole));
      this.#sink.varint(count);
    } else this.#double(float, count);
  }

  #double(field: number, value: number): void {
    this.#sink.byte(fixed(field));
    this.#sink.double(value);
  }

  #hasSum(row: number, offset: number): boolean {
    return offset >= 0 && this.#family.absentSums?.[row] !== 1;
  }

  #pair(name: string, value: string): void {
    const pair = this.#sink.begin(bytes(1));
    this.#sink.text(bytes(1), name);
    this.#sink.text(bytes(2), value);
    this.#sink.end(pair);
  }

  #labelName(name: string): string {
    if (isClassicLabelName(name) || this.#escaping === 'allow-utf-8') return name;
    return escapeName(name, this.#escaping).replaceAll(':', '_');
  }
}

function pairBytes(name: string, value: string): Uint8Array {
  const sink = new ByteSink();
  const pair = sink.begin(bytes(1));
  sink.text(bytes(1), name);
  sink.text(bytes(2), value);
  sink.end(pair);
  return sink.take();
}
