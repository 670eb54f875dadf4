import type { MetricFamily } from '@promwright/model';
import { readDocument } from './document-reader.ts';
import { TextReader } from './text-reader.ts';

/** How to read a document in a text format. */
export interface ParseTextOptions {
  /** Whether names may hold any character where they are quoted; else only classic names are accepted. Default true. */
  readonly utf8?: boolean;
}

/**
 * Reads Prometheus text 0.0.4 or 1.0.0. Accepts and refuses what Prometheus' own library in Go does: blanks between tokens,
 * other comments, series given twice, lines of a family that do not stand together; but a document must end in a line feed.
 *
 * Families come in the order of their first lines; one without samples is there, of size 0. Names are as written, a type
 * that no line says is `unknown`, and buckets are cumulative.
 *
 * @example
 * const [requests] = parseText('# TYPE requests_total counter\nrequests_total{method="GET"} 3\n');
 * @throws ParseError at the first place that is wrong
 */
export function parseText(text: string, options: ParseTextOptions = {}): MetricFamily[] {
  return readDocument(new TextReader({ utf8: options.utf8 ?? true, early: false }), text);
}
