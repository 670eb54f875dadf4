import { formatGoFloat, legacyType, type MetricFamily, type MetricType } from '@promwright/model';
import { escapeHelp, escapeLabelValue, quotedMetricName } from './escape-text.ts';
import { formatSeconds } from './format-number.ts';

/** The differences between the text formats; all other code that writes families is shared. */
export interface Dialect {
  /** HELP, TYPE and UNIT lines in front of the samples of a family; `name` is escaped, but not yet quoted. */
  descriptors(family: MetricFamily, name: string): string;
  /** Suffixes of the sum and the count of a histogram or summary. */
  suffixes(type: MetricType): { readonly sum: string; readonly count: string };
  /** Name of the samples of a scalar family. */
  sampleName(family: MetricFamily, name: string): string;
  /** Value of the label `le` or `quantile`. */
  bound(value: number): string;
  /** Timestamp to write after a value, with a space in front; empty if the format cannot express the time. */
  timestamp(ms: number): string;
  /** Number of exemplars that a sample may have. */
  readonly exemplars: 'none' | 'one' | 'all';
  /** True if a histogram or summary is one sample in braces, and samples include the start time. */
  readonly composite: boolean;
  /** True if a histogram has both sum and count or neither, and has neither if a bound is negative. */
  readonly pairsSumAndCount: boolean;
  /** True if the start time of a series is a separate sample, `_created`. */
  readonly created: boolean;
  /** Text after the last family. */
  readonly end: string;
}

/** Prometheus text, versions 0.0.4 and 1.0.0: only 1.0.0 may contain quoted names. */
export const TEXT_DIALECT: Dialect = {
  descriptors(family, name) {
    const quoted = quotedMetricName(name);
    const help = family.help ? `# HELP ${quoted} ${escapeHelp(family.help)}\n` : '';
    return `${help}# TYPE ${quoted} ${legacyType(family.type)}\n`;
  },
  suffixes: () => ({ sum: '_sum', count: '_count' }),
  sampleName: (_family, name) => name,
  bound: (value) => formatGoFloat(value),
  // The server's parser accepts no sign here, and one line with a syntax error fails the whole scrape.
  timestamp: (ms) => (ms >= 0 && ms < Infinity ? ` ${Math.round(ms)}` : ''),
  exemplars: 'none',
  composite: false,
  pairsSumAndCount: false,
  created: false,
  end: '',
};

/** OpenMetrics 1.0.0. */
export const OPENMETRICS_1_DIALECT: Dialect = {
  descriptors(family, name) {
    const { type, familyName } = openMetrics1Family(family, name);
    const unit = family.unit && familyName.endsWith(`_${family.unit}`) ? family.unit : undefined;
    return openMetricsDescriptors(familyName, type, unit, family.help);
  },
  suffixes: (type) =>
    type === 'gaugehistogram' ? { sum: '_gsum', count: '_gcount' } : { sum: '_sum', count: '_count' },
  sampleName: (family, name) => (family.type === 'info' && !name.endsWith('_info') ? `${name}_info` : name),
  bound: (value) => formatGoFloat(value, true),
  timestamp: formatSeconds,
  exemplars: 'one',
  composite: false,
  pairsSumAndCount: true,
  created: false,
  end: '# EOF\n',
};

/** OpenMetrics 1.0.0 with a sample `_created` for each series with a known start time. */
export const OPENMETRICS_1_CREATED_DIALECT: Dialect = { ...OPENMETRICS_1_DIALECT, created: true };

/** OpenMetrics 2.0.0, as of its release candidate. */
export const OPENMETRICS_2_DIALECT: Dialect = {
  ...OPENMETRICS_1_DIALECT,
  descriptors: (family, name) => openMetricsDescriptors(name, family.type, family.unit, family.help),
  suffixes: (type) => (type === 'gaugehistogram' ? { sum: 'gsum', count: 'gcount' } : { sum: 'sum', count: 'count' }),
  sampleName: (_family, name) => name,
  exemplars: 'all',
  composite: true,
};

function openMetricsDescriptors(
  name: string,
  type: MetricType,
  unit: string | undefined,
  help: string | undefined,
): string {
  const quoted = quotedMetricName(name);
  const unitLine = unit ? `# UNIT ${quoted} ${unit}\n` : '';
  const helpLine = help ? `# HELP ${quoted} ${escapeLabelValue(help)}\n` : '';
  return `# TYPE ${quoted} ${type}\n${unitLine}${helpLine}`;
}

/** Returns type and name of the family: counters and infos drop the suffix of their samples. */
function openMetrics1Family({ type }: MetricFamily, name: string): { type: MetricType; familyName: string } {
  if (type === 'counter') {
    // Samples of a counter must end in _total. With type `unknown`, a counter without the suffix keeps its name.
    return name.endsWith('_total')
      ? { type, familyName: name.slice(0, -'_total'.length) }
      : { type: 'unknown', familyName: name };
  }
  return { type, familyName: type === 'info' && name.endsWith('_info') ? name.slice(0, -'_info'.length) : name };
}
