import type { MetricType } from './metric-family.ts';

/** The types that Prometheus text 0.0.4 knows. */
export type TextFormatType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

const TEXT_TYPES: Readonly<Record<MetricType, TextFormatType>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/** What Prometheus text 0.0.4 calls a type. */
export function textFormatType(type: MetricType): TextFormatType {
  return TEXT_TYPES[type];
}
