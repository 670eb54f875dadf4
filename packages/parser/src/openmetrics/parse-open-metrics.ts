import { checkOptionNames, type MetricFamily } from '@promwright/model';
import { readDocument } from '../text/document-reader.ts';
import { OpenMetricsReader } from './open-metrics-reader.ts';

/** Options of {@link parseOpenMetrics}. */
export interface ParseOpenMetricsOptions {
  /** Accepts quoted names with any characters; false accepts only classic names. Default true. */
  readonly utf8?: boolean;
  /** Version of the format. In `2.0.0` a histogram or summary is one line, and names have no suffixes. Default `1.0.0`. */
  readonly version?: '1.0.0' | '2.0.0';
  /**
   * Refuses also the repeated samples of version 1.0, which the specification forbids. Without it the first sample counts, as for
   * Prometheus' server and its Python library. Default false.
   */
  readonly strict?: boolean;
}

const OPTION_NAMES: readonly string[] = Object.keys({ utf8: true, version: true, strict: true } satisfies Record<
  keyof Required<ParseOpenMetricsOptions>,
  true
>);

/**
 * Reads OpenMetrics 1.0 or 2.0. Refuses everything that the specification calls invalid, such as a missing `# EOF`, scattered
 * lines of a series, or bucket counts that decrease; repeated samples of version 1.0 only if `strict`.
 *
 * Counters and infos of version 1.0 get the name of their samples: `requests_total` for family `requests`. Start times come
 * from `_created` samples, and a series with several timestamps becomes several rows.
 *
 * @throws ParseError at the first error; TypeError with code `INVALID_OPTION` for an unknown option
 */
export function parseOpenMetrics(text: string, options: ParseOpenMetricsOptions = {}): MetricFamily[] {
  checkOptionNames('parseOpenMetrics', options, OPTION_NAMES);
  const { utf8 = true, version = '1.0.0', strict = false } = options;
  return readDocument(new OpenMetricsReader({ version2: version === '2.0.0', utf8, strict }), text);
}
