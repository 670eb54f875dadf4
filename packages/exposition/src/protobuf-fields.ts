// Field numbers of the messages of `io.prometheus.client` (client_model, metrics.proto) that a scrape contains.

export const METRIC_FAMILY = { name: 1, help: 2, type: 3, metric: 4, unit: 5 } as const;

export const METRIC = {
  label: 1,
  gauge: 2,
  counter: 3,
  summary: 4,
  untyped: 5,
  timestampMs: 6,
  histogram: 7,
} as const;

export const LABEL_PAIR = { name: 1, value: 2 } as const;

/** Fields of `Counter`; `Gauge` and `Untyped` have only `value`, under the same number. */
export const COUNTER = { value: 1, exemplar: 2, start: 3 } as const;

export const SUMMARY = { count: 1, sum: 2, quantile: 3, start: 4 } as const;

export const QUANTILE = { quantile: 1, value: 2 } as const;

export const HISTOGRAM = {
  count: 1,
  sum: 2,
  bucket: 3,
  countFloat: 4,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  zeroCountFloat: 8,
  start: 15,
  exemplars: 16,
} as const;

/** Fields of `Histogram` for the native buckets of one side. */
export interface SideFields {
  readonly spans: number;
  readonly deltas: number;
  readonly counts: number;
}

export const NEGATIVE: SideFields = { spans: 9, deltas: 10, counts: 11 };
export const POSITIVE: SideFields = { spans: 12, deltas: 13, counts: 14 };

export const BUCKET = { count: 1, bound: 2, exemplar: 3, countFloat: 4 } as const;

export const SPAN = { offset: 1, length: 2 } as const;

export const EXEMPLAR = { label: 1, value: 2, timestamp: 3 } as const;

export const TIMESTAMP = { seconds: 1, nanos: 2 } as const;
