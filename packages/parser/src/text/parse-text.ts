import type { MetricFamily } from '@promwright/model';
import { readDocument } from './document-reader.ts';
import { TextReader } from './text-reader.ts';

/** Options of {@link parseText}. */
export interface ParseTextOptions {
  /** Accepts quoted names with any characters; false accepts only classic names. Default true. */
  readonly utf8?: boolean;
}

/**
 * Reads Prometheus text 0.0.4 or 1.0.0. Accepts and refuses the same documents as Prometheus' Go library: blanks between
 * tokens, other comments, repeated series and scattered lines of a family are accepted. A document must end in a line feed.
 *
 * Returns families in the order of their first lines, including families without samples (size 0). Names are unchanged, the
 * type is `unknown` without a TYPE line, and buckets are cumulative.
 *
 * @example
 * const [requests] = parseText('# TYPE requests_total counter\nrequests_total{method="GET"} 3\n');
 * @throws ParseError at the first error
 */
export function parseText(text: string, options: ParseTextOptions = {}): MetricFamily[] {
  return readDocument(new TextReader({ utf8: options.utf8 ?? true, early: false }), text);
}
