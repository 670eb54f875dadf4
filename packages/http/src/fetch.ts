export {
  type FetchHandler,
  type FetchMetricsOptions,
  fetchMetrics,
  type MeasuredHandler,
} from './fetch/fetch-metrics.ts';
export { type FetchScrapeOptions, fetchScrapeHandler } from './fetch/fetch-scrape-handler.ts';
export type { Convention, ExtraLabels, RequestFamily, RequestOptions } from './requests/request-options.ts';
export type { RequestOutcome, RequestRecord } from './requests/request-record.ts';
export { setRoute } from './requests/set-route.ts';
export type { Skip } from './requests/skip-rule.ts';
export type { StatusOption } from './requests/status-label.ts';
export type { ScrapeAuth } from './scrape/scrape-auth.ts';
export type { ScrapeOptions } from './scrape/scrape-options.ts';
