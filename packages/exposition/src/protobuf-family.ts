import {
  type EscapingScheme,
  hasNumber,
  type MetricFamily,
  type MetricType,
  NO_NATIVE,
  type QuantileLayout,
} from '@promwright/model';
import { labelNameUnder, metricNameUnder } from './escape-text.ts';
import { exemplarOf, writeExemplar, writeLabel, writeStart } from './protobuf-exemplar.ts';
import { COUNTER, METRIC, METRIC_FAMILY, QUANTILE, SUMMARY } from './protobuf-fields.ts';
import { writeHistogram } from './protobuf-histogram.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

// Values of the enum `io.prometheus.client.MetricType`, which has none for infos and state sets: these are gauges.
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

/** Field of `Metric` for the value of a series, by type. */
const VALUE_FIELDS: Readonly<Record<MetricType, number>> = {
  counter: METRIC.counter,
  gauge: METRIC.gauge,
  summary: METRIC.summary,
  unknown: METRIC.untyped,
  histogram: METRIC.histogram,
  gaugehistogram: METRIC.histogram,
  info: METRIC.gauge,
  stateset: METRIC.gauge,
};

/** Rows of a family that are together in one message: all, only native histograms, or only the others. */
type Rows = 'all' | 'native' | 'classic';

/**
 * Returns the messages to write for a family. A server decides by the first histogram of a message whether all are
 * native, so a family that has both kinds becomes two messages.
 */
export function protobufFamilies(family: MetricFamily, escaping: EscapingScheme): readonly ProtobufFamily[] {
  const schemas = family.native?.schemas.subarray(0, family.size);
  const isMixed = schemas?.includes(NO_NATIVE) && schemas.some((schema) => schema !== NO_NATIVE);
  if (!isMixed) return [new ProtobufFamily(family, escaping, 'all')];
  return [new ProtobufFamily(family, escaping, 'native'), new ProtobufFamily(family, escaping, 'classic')];
}

/** Writer of a family as a message `io.prometheus.client.MetricFamily`, any range of series at a time. */
class ProtobufFamily {
  readonly #family: MetricFamily;
  readonly #escaping: EscapingScheme;
  readonly #rows: Rows;
  readonly #writer = new ProtobufWriter();
  /** Constant labels, as fields of `Metric`. */
  readonly #constant: Uint8Array;
  readonly #labelNames: readonly string[];
  /** Fields of `Metric` by label and by id of the value, each made on first use. */
  readonly #labels: (Uint8Array | undefined)[][];
  /** Fields of `Metric` by state: in a state set, a label named like the family distinguishes the states. */
  readonly #states: readonly Uint8Array[];

  constructor(family: MetricFamily, escaping: EscapingScheme, rows: Rows) {
    const { name, constLabels, labelNames, layout } = family;
    this.#family = family;
    this.#escaping = escaping;
    this.#rows = rows;
    for (const label of constLabels) {
      writeLabel(this.#writer, METRIC.label, labelNameUnder(label.name, escaping), label.value);
    }
    this.#constant = this.#writer.take();
    this.#labelNames = labelNames.map((labelName) => labelNameUnder(labelName, escaping));
    this.#labels = labelNames.map(() => []);
    const states = layout.kind === 'state' ? layout.states : [];
    this.#states = states.map((state) => labelField(labelNameUnder(name, escaping), state));
  }

  /**
   * Returns the bytes in front of the series: the length of the message and all other fields.
   * @param seriesLength number of bytes of all series
   */
  head(seriesLength: number): Uint8Array {
    const { help, type, unit } = this.#family;
    const name = metricNameUnder(this.#family.name, this.#escaping);
    const writer = this.#writer;
    writer.string(METRIC_FAMILY.name, name);
    if (help) writer.string(METRIC_FAMILY.help, help);
    writer.uint(METRIC_FAMILY.type, TYPES[type]);
    // Fields may be in any order; with the unit in front, nothing follows the series.
    if (unit && isUnitOf(unit, name)) writer.string(METRIC_FAMILY.unit, unit);
    const fields = writer.take();
    writer.varint(fields.length + seriesLength);
    writer.raw(fields);
    return writer.take();
  }

  /** Returns the series from `start` (inclusive) to `end` (exclusive), as fields of the message. */
  series(start: number, end: number): Uint8Array {
    const { layout } = this.#family;
    for (let row = start; row < end; row++) {
      if (!this.#has(row)) continue;
      if (layout.kind === 'state') this.#stateSet(row);
      else this.#metric(row, 0, undefined);
    }
    return this.#writer.take();
  }

  #has(row: number): boolean {
    if (this.#rows === 'all') return true;
    return (this.#family.native!.schemas[row] !== NO_NATIVE) === (this.#rows === 'native');
  }

  /** Writes a state set as one gauge per state. */
  #stateSet(row: number): void {
    for (let i = 0; i < this.#states.length; i++) {
      if (hasNumber(this.#family, row, i)) this.#metric(row, i, this.#states[i]);
    }
  }

  #metric(row: number, offset: number, stateLabel: Uint8Array | undefined): void {
    const family = this.#family;
    const { layout, type, timestampMs } = family;
    const writer = this.#writer;
    const metric = writer.begin(METRIC_FAMILY.metric);
    this.#writeLabels(row);
    if (stateLabel !== undefined) writer.raw(stateLabel);
    const value = writer.begin(VALUE_FIELDS[type]);
    if (layout.kind === 'classic') writeHistogram(writer, family, layout, row, this.#escaping);
    else if (layout.kind === 'quantile') this.#summary(row, layout);
    else {
      writer.double(COUNTER.value, family.values[row * layout.width + offset]!);
      if (type === 'counter') {
        const exemplar = exemplarOf(family, row, -1, this.#escaping);
        if (exemplar !== undefined) writeExemplar(writer, COUNTER.exemplar, exemplar, this.#escaping);
        writeStart(writer, COUNTER.start, family, row);
      }
    }
    writer.end(value);
    const ms = timestampMs?.[row];
    if (ms !== undefined && !Number.isNaN(ms)) writer.int(METRIC.timestampMs, Math.round(ms));
    writer.end(metric);
  }

  #writeLabels(row: number): void {
    const { labelIds, dictionaries } = this.#family;
    const writer = this.#writer;
    writer.raw(this.#constant);
    const width = this.#labels.length;
    for (let i = 0; i < width; i++) {
      const id = labelIds[row * width + i]!;
      if (id < 0) continue;
      let label = this.#labels[i]![id];
      if (label === undefined) {
        label = labelField(this.#labelNames[i]!, dictionaries[i]![id]!);
        this.#labels[i]![id] = label;
      }
      writer.raw(label);
    }
  }

  #summary(row: number, layout: QuantileLayout): void {
    const family = this.#family;
    const { quantiles, width } = layout;
    const writer = this.#writer;
    // A server stores 0 for an absent count or sum, so the families written here have both in every series.
    writer.uint(SUMMARY.count, family.values[row * width + layout.count]!);
    writer.double(SUMMARY.sum, family.values[row * width + layout.sum]!);
    for (let i = 0; i < quantiles.length; i++) {
      if (!hasNumber(family, row, i)) continue;
      const quantile = writer.begin(SUMMARY.quantile);
      writer.double(QUANTILE.quantile, quantiles[i]!);
      writer.double(QUANTILE.value, family.values[row * width + i]!);
      writer.end(quantile);
    }
    writeStart(writer, SUMMARY.start, family, row);
  }
}

/** Returns true if a unit is the suffix of a name, before `_total`: Prometheus refuses a page with any other unit. */
function isUnitOf(unit: string, name: string): boolean {
  return name.replace(/_total$/, '').endsWith(`_${unit}`);
}

function labelField(name: string, value: string): Uint8Array {
  const writer = new ProtobufWriter();
  writeLabel(writer, METRIC.label, name, value);
  return writer.take();
}
