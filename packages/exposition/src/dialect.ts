import { formatGoFloat, type MetricFamily, type MetricType, textFormatType } from '@promwright/model';
import { escapeHelp, escapeLabelValue, quotedMetricName } from './escape-text.ts';

/** In what a text format differs from the others. Everything else about writing a family is the same in all of them. */
export interface Dialect {
  /** What precedes the samples of a family; `name` is the family's, escaped and not yet quoted. */
  descriptors(family: MetricFamily, name: string): string;
  /** Suffixes of the sum and the count of a histogram or summary. */
  suffixes(type: MetricType): { readonly sum: string; readonly count: string };
  /** The name of the samples of a scalar family. */
  sampleName(family: MetricFamily, name: string): string;
  /** A bound or quantile as the value of a label. */
  bound(value: number): string;
  /** A timestamp behind a value, with the space before it; nothing if it cannot be written. */
  timestamp(ms: number): string;
  /** Whether samples may carry exemplars, and how many. */
  readonly exemplars: 'none' | 'one' | 'all';
  /** Whether histograms and summaries are one sample each, in braces, with the time at which it began to count. */
  readonly composite: boolean;
  /** Whether a histogram has a sum if and only if it has a count, and no sum beside negative bounds. */
  readonly pairsSumAndCount: boolean;
  /** Whether the time at which a series began to count is a sample of its own. */
  readonly created: boolean;
  /** What comes after the last family. */
  readonly end: string;
}

/** Prometheus text, of either version: they differ only in the names that they may quote. */
export const TEXT_DIALECT: Dialect = {
  descriptors(family, name) {
    const quoted = quotedMetricName(name);
    const help = family.help ? `# HELP ${quoted} ${escapeHelp(family.help)}\n` : '';
    return `${help}# TYPE ${quoted} ${textFormatType(family.type)}\n`;
  },
  suffixes: () => ({ sum: '_sum', count: '_count' }),
  sampleName: (_family, name) => name,
  bound: (value) => formatGoFloat(value),
  // The server's parser knows no sign there, and one line that it cannot read fails the scrape.
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

/** OpenMetrics 1.0.0 with a sample `_created` for each series that began to count at a known time. */
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

/** A time behind a value in OpenMetrics, in seconds. */
export function formatSeconds(ms: number): string {
  return Math.abs(ms) < Infinity ? ` ${ms / 1000}` : '';
}

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

/** Families of counters and infos go by the name without the suffix that their samples have. */
function openMetrics1Family({ type }: MetricFamily, name: string): { type: MetricType; familyName: string } {
  if (type === 'counter') {
    // A counter must have samples that end in _total; one that does not keeps its name by being no counter.
    return name.endsWith('_total')
      ? { type, familyName: name.slice(0, -'_total'.length) }
      : { type: 'unknown', familyName: name };
  }
  return { type, familyName: type === 'info' && name.endsWith('_info') ? name.slice(0, -'_info'.length) : name };
}
