import { formatGoFloat, legacyType, type MetricFamily, type MetricType } from '@promwright/model';
import { escapeHelp, escapeLabelValue, quotedMetricName } from './escape-text.ts';
import { formatInteger, formatSeconds } from './format-number.ts';
import {
  type FormatRules,
  hasSuffix,
  OPENMETRICS_1_RULES,
  OPENMETRICS_2_RULES,
  TEXT_RULES,
} from './plan/format-rules.ts';

/** The differences between the text formats; all other code that writes families is shared. */
export interface Dialect {
  /** HELP, TYPE and UNIT lines in front of the samples of a family; `name` is escaped, but not yet quoted. */
  descriptors(family: MetricFamily, name: string): string;
  /** Value of the label `le` or `quantile`. */
  bound(value: number): string;
  /** Timestamp to write after a value, with a space in front; empty if the format cannot express the time. */
  timestamp(ms: number): string;
  /** Number of exemplars that a sample may have. */
  readonly exemplars: 'none' | 'one' | 'all';
  /** True if a histogram or summary is one sample in braces, and samples include the start time. */
  readonly composite: boolean;
  /** True if the start time of a series is a separate sample, `_created`. */
  readonly created: boolean;
  /** Text after the last family. */
  readonly end: string;
  /** Limits of what the format can express. Families are written only within these. */
  readonly rules: FormatRules;
}

/** Prometheus text, versions 0.0.4 and 1.0.0: only 1.0.0 may contain quoted names. */
export const TEXT_DIALECT: Dialect = {
  descriptors(family, name) {
    const quoted = quotedMetricName(name);
    const help = family.help ? `# HELP ${quoted} ${escapeHelp(family.help)}\n` : '';
    return `${help}# TYPE ${quoted} ${legacyType(family.type)}\n`;
  },
  bound: (value) => formatGoFloat(value),
  timestamp: (ms) => ` ${formatInteger(Math.round(ms))}`,
  exemplars: 'none',
  composite: false,
  created: false,
  end: '',
  rules: TEXT_RULES,
};

/** OpenMetrics 1.0.0. */
export const OPENMETRICS_1_DIALECT: Dialect = {
  descriptors(family, name) {
    const { type, familyName } = openMetrics1Family(family, name);
    const unit = familyName.endsWith(`_${family.unit}`) ? family.unit : undefined;
    return openMetricsDescriptors(familyName, type, unit, family.help);
  },
  bound: (value) => formatGoFloat(value, true),
  timestamp: formatSeconds,
  exemplars: 'one',
  composite: false,
  created: false,
  end: '# EOF\n',
  rules: OPENMETRICS_1_RULES,
};

/** OpenMetrics 1.0.0 with a sample `_created` for each series with a known start time. */
export const OPENMETRICS_1_CREATED_DIALECT: Dialect = { ...OPENMETRICS_1_DIALECT, created: true };

/** OpenMetrics 2.0.0, as of its release candidate. */
export const OPENMETRICS_2_DIALECT: Dialect = {
  ...OPENMETRICS_1_DIALECT,
  descriptors: (family, name) => openMetricsDescriptors(name, family.type, family.unit, family.help),
  exemplars: 'all',
  composite: true,
  rules: OPENMETRICS_2_RULES,
};

function openMetricsDescriptors(
  name: string,
  type: MetricType,
  unit: string | undefined,
  help: string | undefined,
): string {
  const quoted = quotedMetricName(name);
  // A unit that the format cannot express is omitted: the samples do not depend on it.
  const hasUnit = unit && /^[a-zA-Z0-9_:]+$/.test(unit) && type !== 'info' && type !== 'stateset';
  const unitLine = hasUnit ? `# UNIT ${quoted} ${unit}\n` : '';
  const helpLine = help ? `# HELP ${quoted} ${escapeLabelValue(help)}\n` : '';
  return `# TYPE ${quoted} ${type}\n${unitLine}${helpLine}`;
}

/** Returns type and name of the family: counters and infos drop the suffix of their samples. */
function openMetrics1Family({ type }: MetricFamily, name: string): { type: MetricType; familyName: string } {
  if (type === 'counter') {
    // Samples of a counter must end in _total. With type `unknown`, a counter without the suffix keeps its name.
    return hasSuffix(name, '_total')
      ? { type, familyName: name.slice(0, -'_total'.length) }
      : { type: 'unknown', familyName: name };
  }
  return { type, familyName: type === 'info' ? name.slice(0, -'_info'.length) : name };
}
