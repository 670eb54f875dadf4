import type { MetricFamily } from '@promwright/model';
import { readDocument } from '../text/document-reader.ts';
import type { ParseTextOptions } from '../text/parse-text.ts';
import { OpenMetricsReader } from './open-metrics-reader.ts';

/** How to read an OpenMetrics document. */
export interface ParseOpenMetricsOptions extends ParseTextOptions {
  /** Default `1.0.0`. In `2.0.0` histograms and summaries are one line each, and names have no suffixes. */
  readonly version?: '1.0.0' | '2.0.0';
}

/**
 * Reads OpenMetrics 1.0 or 2.0, and refuses whatever the specification calls invalid, such as a missing `# EOF`, series that
 * do not stand together, or a bucket that counts less than the one before.
 *
 * Counters and infos of version 1.0 get the name of their samples: `requests_total` of family `requests`. Start times are
 * taken from `_created` samples, and a series with several timestamps is as many rows.
 *
 * @throws ParseError at the first place that is wrong
 */
export function parseOpenMetrics(text: string, options: ParseOpenMetricsOptions = {}): MetricFamily[] {
  return readDocument(
    new OpenMetricsReader({ version2: options.version === '2.0.0', utf8: options.utf8 ?? true }),
    text,
  );
}
