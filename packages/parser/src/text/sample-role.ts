import type { MetricType } from '@promwright/model';

/** What a sample of a family says of its series. */
export type SampleRole =
  /** The number of a scalar series, a quantile or a state. */
  'value' | 'bucket' | 'sum' | 'count' | 'created';

type Suffixes = readonly (readonly [suffix: string, role: SampleRole])[];

/** The suffixes that samples have to the name of a histogram or summary in the text format. */
export const TEXT_SUFFIXES: Suffixes = [
  ['_bucket', 'bucket'],
  ['_sum', 'sum'],
  ['_count', 'count'],
];

/** The suffixes that samples have to the name of their family in OpenMetrics 1.0, by the type of the family. */
export const OPENMETRICS_SUFFIXES: Readonly<Record<MetricType, Suffixes>> = {
  counter: [
    ['_total', 'value'],
    ['_created', 'created'],
  ],
  gauge: [['', 'value']],
  histogram: [
    ['_bucket', 'bucket'],
    ['_sum', 'sum'],
    ['_count', 'count'],
    ['_created', 'created'],
  ],
  gaugehistogram: [
    ['_bucket', 'bucket'],
    ['_gsum', 'sum'],
    ['_gcount', 'count'],
  ],
  summary: [
    ['', 'value'],
    ['_sum', 'sum'],
    ['_count', 'count'],
    ['_created', 'created'],
  ],
  info: [['_info', 'value']],
  stateset: [['', 'value']],
  unknown: [['', 'value']],
};

/** Nothing but the name of the family itself: OpenMetrics 2.0. */
export const NO_SUFFIXES: Suffixes = [['', 'value']];
