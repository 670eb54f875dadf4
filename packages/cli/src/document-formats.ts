import { choiceOption } from './option-values.ts';

/** Name of a format in options. */
export type FormatName = 'text' | 'text1' | 'openmetrics' | 'openmetrics2' | 'protobuf';

const CONTENT_TYPES: Readonly<Record<FormatName, string>> = {
  text: 'text/plain; version=0.0.4',
  text1: 'text/plain; version=1.0.0; escaping=allow-utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0',
  openmetrics2: 'application/openmetrics-text; version=2.0.0; escaping=allow-utf-8',
  protobuf:
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=allow-utf-8',
};

/** Formats by file name extension. Files with other extensions, such as `.txt`, may have any format. */
const EXTENSIONS: ReadonlyMap<string, FormatName> = new Map([
  ['.prom', 'text'],
  ['.om', 'openmetrics'],
  ['.openmetrics', 'openmetrics'],
  ['.pb', 'protobuf'],
  ['.protobuf', 'protobuf'],
]);

/** Names of all formats. */
export const FORMAT_NAMES = Object.keys(CONTENT_TYPES) as readonly FormatName[];

/** Returns the content type for the option `--type`, which is a format name or a content type. */
export function contentTypeOption(option: string, text: string): string {
  return text.includes('/') ? text : CONTENT_TYPES[choiceOption(option, text, FORMAT_NAMES)];
}

/** Returns the content type of a file by its extension; undefined for an unknown extension. */
export function contentTypeOfFile(path: string): string | undefined {
  const [extension = ''] = /\.[^./\\]+$/.exec(path.toLowerCase()) ?? [];
  const format = EXTENSIONS.get(extension);
  return format && CONTENT_TYPES[format];
}

/** Returns true if the content type of a response is a format of metrics. */
export function isMetricsType(contentType: string): boolean {
  return /^\s*(?:text\/plain|application\/openmetrics-text|application\/vnd\.google\.protobuf)\s*(?:;|$)/i.test(
    contentType,
  );
}

/** Returns true if a content type specifies no format. */
export function isUnspecificType(contentType: string): boolean {
  return /^\s*(?:application\/octet-stream|binary\/octet-stream)?\s*(?:;|$)/i.test(contentType);
}

/** Returns the header `Accept` for the option `--accept`, which is a format name or a header value. */
export function acceptOption(option: string, text: string): string {
  return text.includes('/') ? text : acceptFor(choiceOption(option, text, FORMAT_NAMES));
}

/**
 * Returns a header `Accept` that prefers one format and accepts all others. The default is text with unchanged names, because
 * pages are usually stored as text, and promtool checks text.
 */
export function acceptFor(format: FormatName = 'text1'): string {
  const others: FormatName[] = ['text1', 'text', 'openmetrics', 'protobuf'];
  // Protobuf is closer to OpenMetrics 2.0 than text: both have native histograms and start times.
  const order = format === 'openmetrics2' ? [format, 'protobuf' as const, ...others] : [format, ...others];
  const weighted = [...new Set(order)].map((name, i) => `${CONTENT_TYPES[name]};q=${((10 - i) / 10).toFixed(1)}`);
  return [...weighted, '*/*;q=0.1'].map((clause) => clause.replaceAll('; ', ';')).join(',');
}
