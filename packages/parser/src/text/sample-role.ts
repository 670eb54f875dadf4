import type { MetricType } from '@promwright/model';

/** Meaning of a sample for its series. */
export type SampleRole =
  /** Number of a scalar series, a quantile or a state. */
  'value' | 'bucket' | 'sum' | 'count' | 'created';

type Suffixes = readonly (readonly [suffix: string, role: SampleRole])[];

/** Suffixes of sample names of a histogram or summary in text 0.0.4. */
export const TEXT_SUFFIXES: Suffixes = [
  ['_bucket', 'bucket'],
  ['_sum', 'sum'],
  ['_count', 'count'],
];

/** Suffixes of sample names in OpenMetrics 1.0, by the type of the family. */
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

/** Suffixes in OpenMetrics 2.0: every sample has the name of its family. */
export const NO_SUFFIXES: Suffixes = [['', 'value']];
