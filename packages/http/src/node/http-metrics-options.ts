import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkPath } from '../options/check-path.ts';
import type { RequestOptions } from '../requests/request-options.ts';
import type { ScrapeOptions } from '../scrape/scrape-options.ts';

/** What request metrics are made with. Adapters take the same options, with their framework's request and response. */
export interface HttpMetricsOptions<Req = IncomingMessage, Res = ServerResponse, L extends string = never>
  extends RequestOptions<Req, Res, L> {
  /**
   * Where the scrape is served: the whole path, also below a mount, such as `/internal/metrics`. Default `/metrics`;
   * `false` serves it nowhere. Requests to it are not recorded.
   */
  readonly path?: string | false;
  /** How the scrape is served. It shows the option `registry` if that is a registry, else the default one. */
  readonly scrape?: ScrapeOptions<IncomingMessage>;
}

/**
 * Where the scrape is served.
 * @throws TypeError or RangeError with code `INVALID_OPTION`
 */
export function scrapePath({ path = '/metrics' }: { readonly path?: string | false } = {}): string | false {
  if (path !== false) checkPath('path', path);
  return path;
}
