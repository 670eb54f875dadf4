import {
  checkLabelName,
  checkMetricName,
  checkOptionNames,
  describeValue,
  escapeName,
  formatLabelValue,
  isLabelObject,
  type Label,
  type LabelValue,
  type MergeMode,
  type MetricScope,
  type MetricSettings,
  type MetricType,
  type NameValidationScheme,
  type Registerer,
  rangeError,
  typeError,
} from '@promwright/model';

/** Label values by name: all labels of the metric, and no others. */
export type Labels<L extends string> = { readonly [K in L]: LabelValue };

/** Arguments of a method: the labels first, unless the metric has no labels. */
export type WithLabels<L extends string, Rest extends readonly unknown[]> = [L] extends [never]
  ? Rest
  : [labels: Labels<L>, ...rest: Rest];

/** Label names that the server or the formats reserve; a metric with a reserved name does not compile. */
type Reserved = 'le' | 'quantile' | `__${string}`;
type NotReserved<L extends string> = L extends Reserved ? never : L;

/** Options of every metric. */
export interface MetricOptions<L extends string = never> {
  /**
   * Name of letters, digits, `_` and `:`, not beginning with a digit. By convention the name of a counter ends in `_total`,
   * after the unit.
   */
  readonly name: string;
  /** Description of the measured quantity, for people. */
  readonly help: string;
  /** Names of the labels; every observation has a value for each label. None by default. */
  readonly labelNames?: readonly L[] & readonly NotReserved<L>[];
  /** Registry or registries of the metric; `null` for none. The default registry if omitted. */
  readonly registry?: Registerer | readonly Registerer[] | null;
  /** Unit in full words, such as `seconds` or `bytes`. The name must end in the unit, before `_total`. */
  readonly unit?: string;
  /** Labels with the same value on every series of this metric. */
  readonly constLabels?: Readonly<Record<string, LabelValue>>;
  /** Label sets whose series exist, at zero, before anything is observed. */
  readonly initialLabels?: readonly Labels<L>[];
  /**
   * Limit of distinct live values: a number for all labels, or a number per label. Default 10,000. Past the limit, new
   * values of a label become `__other__` and are counted in `promwright_label_overflow_total`. `Infinity` for no limit.
   */
  readonly labelLimit?: number | { readonly [K in L]?: number };
  /** Limit of series. Default 100,000. Past the limit, all labels of a new series become `__other__`. */
  readonly seriesLimit?: number;
  /**
   * Time without a write after which a series is removed, in milliseconds; never by default. The next write recreates the
   * series, from zero and with a new start time. A series may live up to one scrape interval longer. No effect on a metric
   * without labels.
   */
  readonly expireAfterMs?: number;
  /**
   * Way to merge the values of several processes or threads. Default: `sum` for counters, histograms and summaries,
   * `livesum` (the sum over running processes) for gauges, `livemostrecent` (the newest value of the running processes) for
   * infos and state sets.
   */
  readonly merge?: MergeMode;
  /** `process` for a quantity that a process has once, such as its memory, however many threads measure it. Default `thread`. */
  readonly scope?: MetricScope;
}

const METRIC_OPTIONS: Readonly<Record<keyof MetricOptions, true>> = {
  name: true,
  help: true,
  labelNames: true,
  registry: true,
  unit: true,
  constLabels: true,
  initialLabels: true,
  labelLimit: true,
  seriesLimit: true,
  expireAfterMs: true,
  merge: true,
  scope: true,
};

/** Returns the names of the options of a type of metric, with the options of every metric. */
export function optionNames(own: Readonly<Record<string, true>>): readonly string[] {
  return Object.keys({ ...METRIC_OPTIONS, ...own });
}

/** Advice for options of the library prom-client. */
const COUNTERPARTS: Readonly<Record<string, string>> = {
  registers: 'use "registry"',
  aggregator: 'use "merge"',
  enableExemplars: 'every metric takes exemplars',
  percentiles: 'use "quantiles", with numbers from 0 to 1',
  maxAgeSeconds: 'use "maxAgeMs"',
  pruneAgedBuckets: 'use "expireAfterMs" to remove series without observations',
  compressCount: 'quantiles take a fixed memory; see "relativeError"',
};

/** Options of a metric after all checks, with defaults. */
export interface CheckedOptions {
  readonly name: string;
  readonly help: string;
  readonly unit: string | undefined;
  readonly labelNames: readonly string[];
  readonly constLabels: readonly Label[];
  readonly labelLimits: readonly number[];
  readonly seriesLimit: number;
  readonly expireAfterMs: number | undefined;
  readonly merge: MergeMode;
  readonly scope: MetricScope;
}

const NO_LABELS: readonly Label[] = Object.freeze([]);
const DEFAULT_LABEL_LIMIT = 10_000;
const DEFAULT_SERIES_LIMIT = 100_000;

/**
 * Checks the options that all metrics share, before a metric is created or registered.
 * @param known names of all options of this type of metric
 * @param settings settings of the metric's registry
 * @throws with the subject, the rule and the value of the wrong option
 */
export function checkOptions(
  options: MetricOptions<string>,
  type: MetricType,
  known: readonly string[],
  settings: MetricSettings,
): CheckedOptions {
  if (typeof options !== 'object' || options === null) {
    throw typeError('INVALID_OPTION', `A metric takes an object of options; got ${describeValue(options)}`);
  }
  const { name, help, unit } = options;
  checkMetricName(name, settings.nameValidationScheme);
  checkOptionNames(`${type} "${name}"`, options, known, COUNTERPARTS);
  if (typeof help !== 'string' || help.trim() === '') {
    throw typeError('INVALID_HELP', `Help of metric "${name}" must be a non-empty string; got ${describeValue(help)}`);
  }
  checkUnit(name, unit, type);
  const labelNames = checkLabelNames(name, options.labelNames ?? [], settings.nameValidationScheme);
  const constLabels =
    options.constLabels === undefined ? NO_LABELS : checkConstLabels(name, options.constLabels, settings, labelNames);
  const allNames = () => [...labelNames, ...constLabels.map((label) => label.name)];
  // Classic names are the same after escaping.
  if (settings.nameValidationScheme === 'utf8') checkEscapedNames(name, allNames());
  if (type === 'stateset') checkNoStateLabel(name, allNames());
  checkInitialLabels(name, options.initialLabels);
  checkCollect(name, (options as { readonly collect?: unknown }).collect);
  return {
    name,
    help: help.toWellFormed(),
    unit,
    labelNames,
    constLabels,
    labelLimits: checkLabelLimits(name, options.labelLimit, labelNames),
    seriesLimit: checkLimit(name, 'seriesLimit', options.seriesLimit ?? DEFAULT_SERIES_LIMIT),
    expireAfterMs: checkExpiry(name, options.expireAfterMs),
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
/** Modes for counts, which are added up or shown by process: a minimum or the newest value would lose counts. */
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

function checkInitialLabels(metric: string, initialLabels: unknown): void {
  if (initialLabels === undefined || Array.isArray(initialLabels)) return;
  throw typeError(
    'INVALID_OPTION',
    `Option "initialLabels" of metric "${metric}" must be an array of labels; got ${describeValue(initialLabels)}`,
  );
}

function checkCollect(metric: string, collect: unknown): void {
  if (collect === undefined || typeof collect === 'function') return;
  throw typeError(
    'INVALID_OPTION',
    `Option "collect" of metric "${metric}" must be a function; got ${describeValue(collect)}`,
  );
}

function checkExpiry(metric: string, expireAfterMs: unknown): number | undefined {
  if (expireAfterMs === undefined) return undefined;
  if (typeof expireAfterMs === 'number' && expireAfterMs > 0 && expireAfterMs < Infinity) return expireAfterMs;
  throw rangeError(
    'INVALID_OPTION',
    `Option "expireAfterMs" of metric "${metric}" must be a positive number; got ${describeValue(expireAfterMs)}`,
  );
}

function checkUnit(name: string, unit: unknown, type: MetricType): void {
  if (unit === undefined) return;
  if (typeof unit !== 'string' || unit === '') {
    throw typeError('INVALID_UNIT', `Unit of metric "${name}" must be a non-empty string; got ${describeValue(unit)}`);
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

function checkLabelNames(metric: string, labelNames: unknown, scheme: NameValidationScheme): readonly string[] {
  if (!Array.isArray(labelNames)) {
    throw typeError(
      'INVALID_OPTION',
      `Option "labelNames" of metric "${metric}" must be an array of strings; got ${describeValue(labelNames)}`,
    );
  }
  const checked: string[] = [];
  for (const name of labelNames) {
    checkLabelName(name, metric, scheme);
    if (checked.includes(name)) {
      throw rangeError('INVALID_LABEL_NAME', `Label "${name}" of metric "${metric}" must be named once; got it twice`);
    }
    checked.push(name);
  }
  // A copy has no room for further elements, which a list that has grown keeps.
  return Object.freeze([...checked]);
}

/**
 * Checks that the names of a metric's labels stay different when they are escaped, for servers without UTF-8 names.
 * @throws with code `INVALID_LABEL_NAME`
 */
export function checkEscapedNames(metric: string, names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const escaped = escapeName(name, 'underscores');
    const other = seen.get(escaped);
    if (other !== undefined) {
      throw rangeError(
        'INVALID_LABEL_NAME',
        `Labels "${other}" and "${name}" of metric "${metric}" must differ in more than characters that are escaped to "_"`,
      );
    }
    seen.set(escaped, name);
  }
}

/** Checks that no label of a state set gets the name of the label of the state, in any format. */
function checkNoStateLabel(stateSet: string, labelNames: readonly string[]): void {
  // Names of labels have no colon.
  const stateLabel = escapeName(stateSet, 'underscores').replaceAll(':', '_');
  for (const label of labelNames) {
    if (escapeName(label, 'underscores') !== stateLabel) continue;
    throw rangeError(
      'INVALID_LABEL_NAME',
      `Label "${label}" of state set "${stateSet}" is reserved for the state; rename it`,
    );
  }
}

/**
 * Checks labels with fixed values, of a metric or a registry, and returns them.
 * @throws with code `INVALID_LABEL_NAME` or `INVALID_LABEL_VALUE`
 */
export function checkConstLabels(
  metric: string,
  constLabels: Readonly<Record<string, LabelValue>>,
  { nameValidationScheme, labelValueLengthLimit }: MetricSettings,
  labelNames: readonly string[] = [],
): readonly Label[] {
  if (!isLabelObject(constLabels)) {
    throw typeError('INVALID_LABELS', `Labels of "${metric}" must be an object; got ${describeValue(constLabels)}`);
  }
  return Object.freeze(
    Object.entries(constLabels).map(([name, value]) => {
      checkLabelName(name, metric, nameValidationScheme);
      if (labelNames.includes(name)) {
        throw rangeError(
          'INVALID_LABEL_NAME',
          `Label "${name}" of metric "${metric}" must be in either constLabels or labelNames; got both`,
        );
      }
      return Object.freeze({ name, value: formatLabelValue(value, name, metric, labelValueLengthLimit) });
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
