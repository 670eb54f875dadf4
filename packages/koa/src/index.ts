export { httpMetrics, type KoaMetricsOptions } from './http-metrics.ts';
