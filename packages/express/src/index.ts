export { type ExpressMetricsOptions, httpMetrics } from './http-metrics.ts';
