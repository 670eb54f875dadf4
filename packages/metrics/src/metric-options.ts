import {
  checkLabelName,
  checkMetricName,
  describeValue,
  formatLabelValue,
  type Label,
  type LabelValue,
  type MergeMode,
  type MetricScope,
  type MetricType,
  type Registerer,
  rangeError,
  typeError,
} from '@promwright/model';

/** Label values by name: every label of the metric, and no other. */
export type Labels<L extends string> = { readonly [K in L]: LabelValue };

/** The arguments of a method: the labels first, unless the metric has none. */
export type WithLabels<L extends string, Rest extends readonly unknown[]> = [L] extends [never]
  ? Rest
  : [labels: Labels<L>, ...rest: Rest];

/** Label names that the server or the formats keep for themselves; using one does not compile. */
type Reserved = 'le' | 'quantile' | `__${string}`;
type NotReserved<L extends string> = L extends Reserved ? never : L;

/** What every metric is made with. */
export interface MetricOptions<L extends string = never> {
  /** Letters, digits, `_` and `:`, beginning with no digit. Counters end in `_total`, and a unit stands before that. */
  readonly name: string;
  /** What the metric measures, for the people who read it. */
  readonly help: string;
  /** Names of the labels; every observation then gives a value for each. None by default. */
  readonly labelNames?: readonly L[] & readonly NotReserved<L>[];
  /** Where to register: the default registry if left out, one, several, or none at all (`null`). */
  readonly registry?: Registerer | readonly Registerer[] | null;
  /** The unit in full words, such as `seconds` or `bytes`. The name must end in it, before `_total`. */
  readonly unit?: string;
  /** Labels with the same value on every series of this metric. */
  readonly constLabels?: Readonly<Record<string, LabelValue>>;
  /** Label sets whose series exist, at zero, before anything is observed. */
  readonly initialLabels?: readonly Labels<L>[];
  /**
   * How many distinct live values a label may have: one number for all labels, or one per label. Default 10,000. Past it,
   * new values of that label become `__other__` and are counted in `promwright_label_overflow_total`. `Infinity` turns it
   * off.
   */
  readonly labelLimit?: number | { readonly [K in L]?: number };
  /** How many series the metric may have. Default 100,000. Past it, all labels of a new series become `__other__`. */
  readonly seriesLimit?: number;
  /**
   * Takes a series out after this long without a write, in milliseconds; by default none is. It comes back, from zero and
   * with a new start time, when it is written to again. A series may live up to one scrape interval longer. Has no effect on
   * a metric without labels.
   */
  readonly expireAfterMs?: number;
  /**
   * How the values of several processes or threads become one. Default: the sum for counters, histograms and summaries, the
   * sum of those that still run for gauges, the newest of those that still run for infos and state sets.
   */
  readonly merge?: MergeMode;
  /** `process` for what exists once in a process, such as its memory, however many threads measure it. Default `thread`. */
  readonly scope?: MetricScope;
}

/** What remains of the options after everything in them was checked. */
export interface CheckedOptions {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly labelNames: readonly string[];
  readonly constLabels: readonly Label[];
  readonly labelLimits: readonly number[];
  readonly seriesLimit: number;
  readonly expireAfterMs?: number;
  readonly merge: MergeMode;
  readonly scope: MetricScope;
}

const DEFAULT_LABEL_LIMIT = 10_000;
const DEFAULT_SERIES_LIMIT = 100_000;

/**
 * Checks the options that all metrics share, before anything is made or registered.
 * @throws with the option's subject, the rule and the value
 */
export function checkOptions(options: MetricOptions<string>, type: MetricType): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `A metric takes an object of options; got ${describeValue(options)}`);
  }
  const { name, help, unit } = options;
  checkMetricName(name);
  if (typeof help !== 'string' || help.trim() === '') {
    throw typeError('INVALID_HELP', `Help of metric "${name}" must be a non-empty string; got ${describeValue(help)}`);
  }
  checkUnit(name, unit, type);
  const labelNames = checkLabelNames(name, options.labelNames ?? []);
  return {
    name,
    help: help.toWellFormed(),
    ...(unit !== undefined && { unit }),
    labelNames,
    constLabels: checkConstLabels(name, options.constLabels ?? {}, labelNames),
    labelLimits: checkLabelLimits(name, options.labelLimit, labelNames),
    seriesLimit: checkLimit(name, 'seriesLimit', options.seriesLimit ?? DEFAULT_SERIES_LIMIT),
    ...(options.expireAfterMs !== undefined && { expireAfterMs: checkExpiry(name, options.expireAfterMs) }),
    merge: checkMerge(name, type, options.merge),
    scope: checkScope(name, options.scope),
  };
}

const MERGE_MODES: readonly MergeMode[] = [
  'all',
  'liveall',
  'sum',
  'livesum',
  'min',
  'livemin',
  'max',
  'livemax',
  'avg',
  'mostrecent',
  'livemostrecent',
];
/** What counts is added up or shown apart; its least or latest would lose counts. */
const COUNTING_MODES: readonly MergeMode[] = ['sum', 'all', 'liveall'];

function checkMerge(metric: string, type: MetricType, merge: unknown): MergeMode {
  const counting = type === 'counter' || type === 'histogram' || type === 'summary';
  if (merge === undefined) {
    if (counting) return 'sum';
    return type === 'gauge' ? 'livesum' : 'livemostrecent';
  }
  const modes = counting ? COUNTING_MODES : MERGE_MODES;
  if (modes.includes(merge as MergeMode)) return merge as MergeMode;
  throw rangeError(
    'INVALID_OPTION',
    `Option "merge" of ${type} "${metric}" must be one of ${modes.join(', ')}; got ${describeValue(merge)}`,
  );
}

function checkScope(metric: string, scope: unknown): MetricScope {
  if (scope === undefined || scope === 'thread') return 'thread';
  if (scope === 'process') return 'process';
  throw rangeError(
    'INVALID_OPTION',
    `Option "scope" of metric "${metric}" must be "thread" or "process"; got ${describeValue(scope)}`,
  );
}

function checkExpiry(metric: string, expireAfterMs: unknown): number {
  if (typeof expireAfterMs === 'number' && expireAfterMs > 0 && expireAfterMs < Infinity) return expireAfterMs;
  throw rangeError(
    'INVALID_OPTION',
    `Option "expireAfterMs" of metric "${metric}" must be a positive number; got ${describeValue(expireAfterMs)}`,
  );
}

function checkUnit(name: string, unit: unknown, type: MetricType): void {
  if (unit === undefined) return;
  if (typeof unit !== 'string' || unit === '') {
    throw typeError('INVALID_UNIT', `Unit of metric "${name}" must be a word; got ${describeValue(unit)}`);
  }
  if (type === 'info' || type === 'stateset') {
    throw rangeError('INVALID_UNIT', `Metric "${name}" of type ${type} cannot have a unit; got "${unit}"`);
  }
  const base = type === 'counter' && name.endsWith('_total') ? name.slice(0, -'_total'.length) : name;
  if (!base.endsWith(`_${unit}`)) {
    throw rangeError(
      'INVALID_UNIT',
      `Unit of metric "${name}" must be the end of its name${base === name ? '' : ' before "_total"'}; got "${unit}"`,
    );
  }
}

function checkLabelNames(metric: string, labelNames: unknown): readonly string[] {
  if (!Array.isArray(labelNames)) {
    throw typeError(
      'INVALID_OPTION',
      `Option "labelNames" of metric "${metric}" must be an array of names; got ${describeValue(labelNames)}`,
    );
  }
  const seen = new Set<string>();
  for (const name of labelNames) {
    checkLabelName(name, metric);
    if (seen.has(name)) {
      throw rangeError('INVALID_LABEL_NAME', `Label "${name}" of metric "${metric}" must be named once; got it twice`);
    }
    seen.add(name);
  }
  return Object.freeze([...seen]);
}

/**
 * Checks labels with fixed values, of a metric or a registry.
 * @throws with code `INVALID_LABEL_NAME` or `INVALID_LABEL_VALUE`
 */
export function checkConstLabels(
  metric: string,
  constLabels: Readonly<Record<string, LabelValue>>,
  labelNames: readonly string[] = [],
): readonly Label[] {
  return Object.freeze(
    Object.entries(constLabels).map(([name, value]) => {
      checkLabelName(name, metric);
      if (labelNames.includes(name)) {
        throw rangeError(
          'INVALID_LABEL_NAME',
          `Label "${name}" of metric "${metric}" must be either constant or not; got both`,
        );
      }
      return Object.freeze({ name, value: formatLabelValue(value, name, metric) });
    }),
  );
}

function checkLabelLimits(metric: string, limit: unknown, labelNames: readonly string[]): readonly number[] {
  if (typeof limit !== 'object' || limit === null) {
    const shared = checkLimit(metric, 'labelLimit', limit ?? DEFAULT_LABEL_LIMIT);
    return labelNames.map(() => shared);
  }
  for (const name of Object.keys(limit)) {
    if (!labelNames.includes(name)) {
      throw rangeError(
        'INVALID_OPTION',
        `Option "labelLimit" of metric "${metric}" must name labels of the metric; got ${describeValue(name)}`,
      );
    }
  }
  const limits = limit as Record<string, unknown>;
  return labelNames.map((name) => checkLimit(metric, `labelLimit.${name}`, limits[name] ?? DEFAULT_LABEL_LIMIT));
}

function checkLimit(metric: string, option: string, limit: unknown): number {
  if (typeof limit === 'number' && limit >= 1 && (Number.isInteger(limit) || limit === Infinity)) return limit;
  throw rangeError(
    'INVALID_OPTION',
    `Option "${option}" of metric "${metric}" must be an integer from 1 on, or Infinity; got ${describeValue(limit)}`,
  );
}
