import type { Layout, MetricFamily, MetricType } from '@promwright/model';
import {
  counterRule,
  infoRule,
  openMetrics1HistogramRule,
  openMetrics1InfoRule,
  openMetrics1SummaryRule,
  openMetrics2HistogramRule,
  openMetrics2SummaryRule,
  protobufHistogramRule,
  protobufSummaryRule,
  type RowRule,
  stateRule,
  textHistogramRule,
} from './row-rules.ts';

/** Limits of what a format can express, beyond syntax. */
export interface FormatRules {
  /** Rule for the numbers of a family, by type. A type without a rule takes any number. */
  readonly rows: Readonly<Partial<Record<MetricType, RowRule>>>;
  /**
   * Returns true if the format has the family's type for this name and layout.
   * @param name name of the family as written, after escaping
   */
  takesType(family: MetricFamily, name: string): boolean;
  /** Returns all names that a written family takes for itself and its samples. */
  names(family: MetricFamily, name: string): readonly string[];
  /** Suffixes of the names of the sum and the count of a histogram or summary. */
  suffixes(type: MetricType): { readonly sum: string; readonly count: string };
  /** Smallest timestamp in milliseconds; the largest is below 2^63 in every format. */
  readonly minTimestampMs: number;
  /** True if names may contain the character U+0000. */
  readonly takesNul: boolean;
  /** True if all samples of a series must be together, at distinct rising times. */
  readonly ordersSeries: boolean;
  /** Kinds of families that readers take with several samples of a series, at different times. */
  readonly repeatable: ReadonlySet<Layout['kind']>;
}

const PLAIN_SUFFIXES = { sum: '_sum', count: '_count' };
const GAUGE_SUFFIXES = { sum: '_gsum', count: '_gcount' };

/** Rules of Prometheus text, as the server and the Go library read it. */
export const TEXT_RULES: FormatRules = {
  rows: { histogram: textHistogramRule, gaugehistogram: textHistogramRule },
  takesType: hasOwnLayout,
  names({ layout }, name) {
    if (layout.kind === 'classic') return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`];
    return layout.kind === 'quantile' ? [name, `${name}_sum`, `${name}_count`] : [name];
  },
  suffixes: () => PLAIN_SUFFIXES,
  minTimestampMs: 0,
  takesNul: false,
  ordersSeries: false,
  // Prometheus' Go library takes all histograms or summaries with the same labels for one.
  repeatable: new Set(['scalar', 'state']),
};

/** Rules of OpenMetrics 1.0. */
export const OPENMETRICS_1_RULES: FormatRules = {
  rows: {
    counter: counterRule,
    info: openMetrics1InfoRule,
    stateset: stateRule,
    histogram: openMetrics1HistogramRule,
    gaugehistogram: openMetrics1HistogramRule,
    summary: openMetrics1SummaryRule,
  },
  takesType: (family, name) => hasOwnLayout(family) && isOpenMetricsFamily(family, name),
  names({ type }, name) {
    switch (type) {
      case 'counter': {
        // Written with the type unknown, which has no suffixes.
        if (!hasSuffix(name, '_total')) return [name];
        const stem = name.slice(0, -'_total'.length);
        return [stem, name, `${stem}_created`];
      }
      case 'info':
        return [name.slice(0, -'_info'.length), name];
      case 'histogram':
        return [name, `${name}_bucket`, `${name}_sum`, `${name}_count`, `${name}_created`];
      case 'gaugehistogram':
        return [name, `${name}_bucket`, `${name}_gsum`, `${name}_gcount`];
      case 'summary':
        return [name, `${name}_sum`, `${name}_count`, `${name}_created`];
      default:
        return [name];
    }
  },
  suffixes: (type) => (type === 'gaugehistogram' ? GAUGE_SUFFIXES : PLAIN_SUFFIXES),
  minTimestampMs: -(2 ** 63),
  takesNul: false,
  ordersSeries: true,
  // The Python library loses samples of histograms at later times.
  repeatable: new Set(['scalar']),
};

/** Rules of OpenMetrics 2.0. */
export const OPENMETRICS_2_RULES: FormatRules = {
  ...OPENMETRICS_1_RULES,
  rows: {
    counter: counterRule,
    info: infoRule,
    stateset: stateRule,
    histogram: openMetrics2HistogramRule,
    gaugehistogram: openMetrics2HistogramRule,
    summary: openMetrics2SummaryRule,
    unknown(family, start, end) {
      if (family.layout.kind === 'classic') return openMetrics2HistogramRule(family, start, end);
      return family.layout.kind !== 'quantile' || openMetrics2SummaryRule(family, start, end);
    },
  },
  takesType(family, name) {
    const { kind } = family.layout;
    const isComposite = family.type === 'unknown' && (kind === 'classic' || kind === 'quantile');
    return (isComposite || hasOwnLayout(family)) && isOpenMetricsFamily(family, name);
  },
  names: (_family, name) => [name],
  // The samples of one state must be together, whatever their times.
  repeatable: new Set(['scalar', 'classic', 'quantile']),
};

/** Rules of protobuf, as the server reads it. */
export const PROTOBUF_RULES: FormatRules = {
  rows: { histogram: protobufHistogramRule, gaugehistogram: protobufHistogramRule, summary: protobufSummaryRule },
  takesType: hasOwnLayout,
  names: (_family, name) => [name],
  suffixes: () => PLAIN_SUFFIXES,
  minTimestampMs: -(2 ** 63),
  takesNul: true,
  ordersSeries: false,
  repeatable: new Set(['scalar', 'classic', 'quantile', 'state']),
};

/** Returns true if something precedes the suffix of a name. */
export function hasSuffix(name: string, suffix: string): boolean {
  return name.length > suffix.length && name.endsWith(suffix);
}

/** Returns false for a family of type unknown that contains histograms, summaries or states. */
function hasOwnLayout({ type, layout }: MetricFamily): boolean {
  return type !== 'unknown' || layout.kind === 'scalar';
}

function isOpenMetricsFamily({ type, layout }: MetricFamily, name: string): boolean {
  if (type === 'info') return hasSuffix(name, '_info');
  // The label of a state has the name of the family; names of labels have no colons.
  if (type === 'stateset') return !name.includes(':');
  if (layout.kind !== 'quantile' || layout.quantiles.length === 0) return true;
  return layout.quantiles[0]! >= 0 && layout.quantiles.at(-1)! <= 1;
}
