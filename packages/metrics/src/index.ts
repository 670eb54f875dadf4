export { exponentialBuckets, linearBuckets } from './buckets.ts';
export { Counter, type CounterOptions, CounterSeries } from './counter.ts';
export { defaultRegistry } from './default-registry.ts';
export { Gauge, type GaugeOptions, GaugeSeries } from './gauge.ts';
export { Histogram, type HistogramOptions, HistogramSeries, type HistogramValue } from './histogram.ts';
export type { Labels, MetricOptions } from './metric-options.ts';
export { Registry, type RegistryOptions } from './registry.ts';
export { Summary, type SummaryOptions, SummarySeries, type SummaryValue } from './summary.ts';
