export { collectDefaultMetrics, type DefaultMetrics } from './collect-default-metrics.ts';
export type { DefaultMetricsOptions } from './default-metrics-options.ts';
export type { HttpPool } from './http-pool.ts';
export type { MetricGroup, MetricGroupChoice } from './metric-group.ts';
