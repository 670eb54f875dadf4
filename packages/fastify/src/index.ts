export { httpMetrics } from './http-metrics.ts';
export type { FastifyMetricsOptions } from './metrics-plugin.ts';
export type { FastifyRouteMetrics } from './route-of.ts';
