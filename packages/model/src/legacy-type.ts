import type { MetricType } from './metric-family.ts';

/** Type of a family in Prometheus text 0.0.4. */
export type LegacyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

const TEXT_TYPES: Readonly<Record<MetricType, LegacyType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/** Returns the type under which Prometheus text 0.0.4 shows a family. */
export function legacyType(type: MetricType): LegacyType {
  return TEXT_TYPES[type];
}
