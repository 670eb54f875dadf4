import { goFloat, type MetricFamily, type MetricType } from '@promwright/model';

/** Suffixes of the samples of a family. */
export interface Suffixes {
  readonly sum: string;
  readonly count: string;
}

/** In what a text format differs from the others. Everything else about writing a family is the same in all of them. */
export interface Dialect {
  /** What precedes the samples of a family. `name` is the family's, escaped and not yet quoted. */
  descriptors(family: MetricFamily, name: string, quote: (name: string) => string): string;
  /** Suffixes of the sum and the count of a histogram or summary. */
  suffixes(type: MetricType): Suffixes;
  /** The name of the samples of a scalar family. */
  sampleName(family: MetricFamily, name: string): string;
  /** A bound or quantile as the value of a label. */
  bound(value: number): string;
  /** A timestamp behind a value, with the space before it; nothing if it cannot be written. */
  timestamp(ms: number): string;
  /** What comes after the last family. */
  readonly end: string;
}

/** Prometheus text 0.0.4. */
export const TEXT_DIALECT: Dialect = {
  descriptors(family, name, quote) {
    const quoted = quote(name);
    const help = family.help ? `# HELP ${quoted} ${escapeHelp(family.help)}\n` : '';
    return `${help}# TYPE ${quoted} ${TEXT_TYPES[family.type]}\n`;
  },
  suffixes: () => ({ sum: '_sum', count: '_count' }),
  sampleName: (_family, name) => name,
  bound: (value) => goFloat(value),
  // The server's parser knows no sign there, and one line that it cannot read fails the scrape.
  timestamp: (ms) => (ms >= 0 && ms < Infinity ? ` ${Math.round(ms)}` : ''),
  end: '',
};

const TEXT_TYPES: Readonly<Record<MetricType, string>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'histogram',
  summary: 'summary',
  info: 'gauge',
  stateset: 'gauge',
  unknown: 'untyped',
};

/** OpenMetrics 1.0.0. */
export const OPENMETRICS_DIALECT: Dialect = {
  descriptors(family, name, quote) {
    const { type, familyName } = openMetricsFamily(family, name);
    const quoted = quote(familyName);
    const unit = family.unit && familyName.endsWith(`_${family.unit}`) ? `# UNIT ${quoted} ${family.unit}\n` : '';
    const help = family.help ? `# HELP ${quoted} ${escapeLabelValue(family.help)}\n` : '';
    return `# TYPE ${quoted} ${type}\n${unit}${help}`;
  },
  suffixes: (type) =>
    type === 'gaugehistogram' ? { sum: '_gsum', count: '_gcount' } : { sum: '_sum', count: '_count' },
  sampleName: (family, name) => (family.type === 'info' && !name.endsWith('_info') ? `${name}_info` : name),
  bound: (value) => goFloat(value, true),
  timestamp: (ms) => (Math.abs(ms) < Infinity ? ` ${ms / 1000}` : ''),
  end: '# EOF\n',
};

/** Families of counters and infos go by the name without the suffix that their samples have. */
function openMetricsFamily(family: MetricFamily, name: string): { type: string; familyName: string } {
  if (family.type === 'counter') {
    // A counter must have samples that end in _total; one that does not keeps its name by being no counter.
    return name.endsWith('_total')
      ? { type: 'counter', familyName: name.slice(0, -'_total'.length) }
      : { type: 'unknown', familyName: name };
  }
  if (family.type === 'info')
    return { type: 'info', familyName: name.endsWith('_info') ? name.slice(0, -'_info'.length) : name };
  return { type: family.type, familyName: name };
}

/** Escapes what would end a quoted label value, or its line. */
export function escapeLabelValue(value: string): string {
  // Most values need nothing: one search is cheaper than three replacements.
  if (!/[\\"\n]/.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function escapeHelp(help: string): string {
  return help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
