import { BOUNDS } from './durations.ts';
import { LABEL_NAMES, type LabelSet, manyLabelSets } from './label-sets.ts';

/** Text format of a document. The formats differ in the names of counters in comments, and in the last line. */
export type DocumentFormat = 'text' | 'openmetrics';

/** Input of a parser, and the counts that a parser must find. */
export interface Document {
  readonly text: string;
  readonly families: number;
}

/** Returns a document of one family of counters, with about 100 bytes per series. */
export function largeDocument(series: number, format: DocumentFormat): Document {
  return documentOf([counters('http_requests', manyLabelSets(series), format)], format);
}

/**
 * Returns a document like the page of a machine's exporter: 237 families in about 2,300 lines. Most families have one series
 * without labels, the others one series per device or processor; seven are histograms.
 */
export function exporterDocument(format: DocumentFormat): Document {
  const single = Array.from({ length: 140 }, (_, i) => header(`node_memory_${i}_bytes`, 'gauge') + plain(i));
  const devices = Array.from({ length: 60 }, (_, i) => {
    const name = `node_network_${i}_packets`;
    const lines = Array.from(
      { length: 18 },
      (_, device) => `${name}_total{device="eth${device}"} ${device * 5003 + i}\n`,
    );
    return header(format === 'text' ? `${name}_total` : name, 'counter') + lines.join('');
  });
  const modes = Array.from({ length: 30 }, (_, i) => {
    const name = `node_cpu_${i}_load`;
    const lines = Array.from(
      { length: 17 },
      (_, at) => `${name}{cpu="${at >> 2}",mode="mode_${at & 3}"} ${at * 40.13}\n`,
    );
    return header(name, 'gauge') + lines.join('');
  });
  const labels = manyLabelSets(1)[0]!;
  const histograms = Array.from({ length: 7 }, (_, i) => histogram(`exporter_step_${i}_duration_seconds`, labels));
  return documentOf([...single, ...devices, ...modes, ...histograms], format);
}

/** Returns a document like the page of a service: 237 families in about 2,300 lines, 50 histograms; series have three labels. */
export function serviceDocument(format: DocumentFormat): Document {
  const labelSets = manyLabelSets(6);
  const families = Array.from({ length: 187 }, (_, i) =>
    i % 2 === 0 ? counters(`app_events_${i}`, labelSets, format) : gauges(`app_queue_${i}_items`, labelSets),
  );
  const histograms = Array.from({ length: 50 }, (_, i) => histogram(`app_step_${i}_duration_seconds`, labelSets[0]!));
  return documentOf([...families, ...histograms], format);
}

function documentOf(families: readonly string[], format: DocumentFormat): Document {
  const text = families.join('') + (format === 'openmetrics' ? '# EOF\n' : '');
  // Makes one flat string of single bytes, as from the wire, out of the tree of joined parts.
  return { text: Buffer.from(text).toString('latin1'), families: families.length };
}

function counters(name: string, labelSets: readonly LabelSet[], format: DocumentFormat): string {
  const lines = labelSets.map((labels, i) => `${name}_total{${labelsText(labels)}} ${i * 1.37}\n`);
  return header(format === 'text' ? `${name}_total` : name, 'counter') + lines.join('');
}

function gauges(name: string, labelSets: readonly LabelSet[]): string {
  return header(name, 'gauge') + labelSets.map((labels, i) => `${name}{${labelsText(labels)}} ${i - 2.5}\n`).join('');
}

function histogram(name: string, labelSet: LabelSet): string {
  const labels = labelsText(labelSet);
  const les = [...BOUNDS.map((bound) => (Number.isInteger(bound) ? `${bound}.0` : `${bound}`)), '+Inf'];
  const buckets = les.map((le, i) => `${name}_bucket{${labels},le="${le}"} ${i * 3}\n`);
  const count = (les.length - 1) * 3;
  return `${header(name, 'histogram')}${buckets.join('')}${name}_sum{${labels}} ${count * 0.7}\n${name}_count{${labels}} ${count}\n`;
}

function plain(i: number): string {
  return `node_memory_${i}_bytes ${i * 4096.5}\n`;
}

function header(name: string, type: string): string {
  return `# HELP ${name} How it went.\n# TYPE ${name} ${type}\n`;
}

function labelsText(labels: LabelSet): string {
  return LABEL_NAMES.map((name) => `${name}="${labels[name]}"`).join(',');
}
