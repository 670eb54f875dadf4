import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkPath } from '../options/check-path.ts';
import type { RequestOptions } from '../requests/request-options.ts';
import type { ScrapeOptions } from '../scrape/scrape-options.ts';

/** Options of HTTP metrics. Adapters take the same options, with the request and response of their framework. */
export interface HttpMetricsOptions<Req = IncomingMessage, Res = ServerResponse, L extends string = never>
  extends RequestOptions<Req, Res, L> {
  /**
   * Path of the scrape: the whole path that the client requests, such as `/internal/metrics`, even if the adapter is mounted
   * at `/internal`. Default `/metrics`; `false` serves no scrape. Requests to this path are not recorded.
   */
  readonly path?: string | false;
  /** Options of the scrape. By default it shows the option `registry` if this can be gathered, else the default registry. */
  readonly scrape?: ScrapeOptions<IncomingMessage>;
}

/** Names of the options beside {@link RequestOptions}. */
export const HTTP_METRICS_OPTIONS: Readonly<Record<Exclude<keyof HttpMetricsOptions, keyof RequestOptions>, true>> = {
  path: true,
  scrape: true,
};

/**
 * Returns the path of the scrape.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function scrapePath({ path = '/metrics' }: { readonly path?: string | false } = {}): string | false {
  if (path !== false) checkPath('path', path);
  return path;
}
