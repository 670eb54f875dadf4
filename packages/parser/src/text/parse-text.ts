import { checkOptionNames, type MetricFamily } from '@promwright/model';
import { readDocument } from './document-reader.ts';
import { TextReader } from './text-reader.ts';

/** Options of {@link parseText}. */
export interface ParseTextOptions {
  /** Accepts quoted names with any characters; false accepts only classic names. Default true. */
  readonly utf8?: boolean;
  /**
   * Refuses also the documents that Prometheus' Go library refuses, which promtool and node_exporter use. promtool 3.5 refuses
   * UTF-8 names too: `utf8: false`. Default false.
   */
  readonly strict?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({ utf8: true, strict: true } satisfies Record<
  keyof Required<ParseTextOptions>,
  true
>);

/**
 * Reads Prometheus text 0.0.4 or 1.0.0. Accepts and refuses the same documents as a scrape of Prometheus' server 3, and returns
 * the same samples.
 *
 * Returns families in the order of their first lines, including families without samples (size 0). Names are unchanged, the
 * type is `unknown` without a TYPE line, and buckets are cumulative. Samples for which a histogram or summary has no place, such
 * as a second count of a series, are in a family of type `unknown` with the name of the sample.
 *
 * @example
 * const [requests] = parseText('# TYPE requests_total counter\nrequests_total{method="GET"} 3\n');
 * @throws ParseError at the first error; TypeError with code `INVALID_OPTION` for an unknown option
 */
export function parseText(text: string, options: ParseTextOptions = {}): MetricFamily[] {
  checkOptionNames('parseText', options, OPTION_NAMES);
  const { utf8 = true, strict = false } = options;
  return readDocument(new TextReader({ utf8, strict, early: false }), text);
}
