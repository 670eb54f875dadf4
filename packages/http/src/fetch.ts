export { type FetchHandler, type FetchMetricsOptions, fetchMetrics, type MeasuredHandler } from './fetch-metrics.ts';
export { type FetchScrapeOptions, fetchScrapeHandler } from './fetch-scrape-handler.ts';
export type { Convention, ExtraLabels, RequestFamily, RequestOptions } from './request-options.ts';
export type { RequestOutcome, RequestRecord } from './request-record.ts';
export type { ScrapeAuth } from './scrape-auth.ts';
export type { ScrapeOptions } from './scrape-options.ts';
export { setRoute } from './set-route.ts';
export type { Skip } from './skip-rule.ts';
export type { StatusOption } from './status-label.ts';
