import { choiceOption } from './option-values.ts';

/** What a document is called by options, written in and asked for. */
export type FormatName = 'text' | 'text1' | 'openmetrics' | 'openmetrics2' | 'protobuf';

const CONTENT_TYPES: Readonly<Record<FormatName, string>> = {
  text: 'text/plain; version=0.0.4',
  text1: 'text/plain; version=1.0.0; escaping=allow-utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0',
  openmetrics2: 'application/openmetrics-text; version=2.0.0; escaping=allow-utf-8',
  protobuf:
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=allow-utf-8',
};

/** By file name. Others, `.txt` among them, may hold anything. */
const EXTENSIONS: ReadonlyMap<string, FormatName> = new Map([
  ['.prom', 'text'],
  ['.om', 'openmetrics'],
  ['.openmetrics', 'openmetrics'],
  ['.pb', 'protobuf'],
  ['.protobuf', 'protobuf'],
]);

/** All formats by the names that options know. */
export const FORMAT_NAMES = Object.keys(CONTENT_TYPES) as readonly FormatName[];

/** The content type that the option `--type` names, by a format or in full. */
export function contentTypeOption(option: string, text: string): string {
  return text.includes('/') ? text : CONTENT_TYPES[choiceOption(option, text, FORMAT_NAMES)];
}

/** The content type of a file by the end of its name, if that says it. */
export function contentTypeOfFile(path: string): string | undefined {
  const [extension = ''] = /\.[^./\\]+$/.exec(path.toLowerCase()) ?? [];
  const format = EXTENSIONS.get(extension);
  return format && CONTENT_TYPES[format];
}

/** Whether the content type that a server gave names a format of metrics at all. */
export function isMetricsType(contentType: string): boolean {
  return /^\s*(?:text\/plain|application\/openmetrics-text|application\/vnd\.google\.protobuf)\s*(?:;|$)/i.test(
    contentType,
  );
}

/** Whether a content type says nothing about what the bytes are. */
export function isUnspecificType(contentType: string): boolean {
  return /^\s*(?:application\/octet-stream|binary\/octet-stream)?\s*(?:;|$)/i.test(contentType);
}

/** The header `Accept` that the option `--accept` stands for, by a format or in full. */
export function acceptOption(option: string, text: string): string {
  return text.includes('/') ? text : acceptFor(choiceOption(option, text, FORMAT_NAMES));
}

/**
 * The header `Accept` that asks for one format and takes the others. Without a format for text with all names as they are,
 * because that is what pages are kept as and what promtool judges.
 */
export function acceptFor(format: FormatName = 'text1'): string {
  const others: FormatName[] = ['text1', 'text', 'openmetrics', 'protobuf'];
  // Protobuf is closer to OpenMetrics 2.0 than text is: it has native histograms and start times.
  const order = format === 'openmetrics2' ? [format, 'protobuf' as const, ...others] : [format, ...others];
  const weighted = [...new Set(order)].map((name, i) => `${CONTENT_TYPES[name]};q=${((10 - i) / 10).toFixed(1)}`);
  return [...weighted, '*/*;q=0.1'].map((clause) => clause.replaceAll('; ', ';')).join(',');
}
