export { HttpMetrics } from './http-metrics.ts';
export type { HttpMetricsOptions } from './http-metrics-options.ts';
export type { RouteOf } from './request-record.ts';
export { type ScrapeOptions, scrapeHandler } from './scrape-handler.ts';
export { setRoute } from './set-route.ts';
