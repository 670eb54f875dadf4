import type { MetricCount } from './series-counts.ts';

/** Limits for the number of series, by metric. */
export interface Budget {
  /** Limit of metrics without an entry in `metrics`; undefined for no limit. */
  readonly default?: number;
  /**
   * Limits by name, or by `/pattern/`. An exact name wins over patterns. Of several matching patterns, the first one
   * wins.
   */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Metric with more series than its budget. */
export interface BudgetExcess {
  readonly name: string;
  readonly series: number;
  readonly budget: number;
}

/**
 * Returns the metrics with more series than their budget, in the order of the counts.
 * @throws SyntaxError for an invalid pattern
 */
export function overBudget(metrics: readonly MetricCount[], budget: Budget): BudgetExcess[] {
  const exact = new Map(Object.entries(budget.metrics ?? {}));
  const patterns = [...exact].flatMap(([key, limit]) => {
    const [, source] = PATTERN.exec(key) ?? [];
    return source === undefined ? [] : [{ regex: new RegExp(source), limit }];
  });
  return metrics.flatMap(({ name, series }) => {
    const limit = exact.get(name) ?? patterns.find(({ regex }) => regex.test(name))?.limit ?? budget.default;
    return limit !== undefined && series > limit ? [{ name, series, budget: limit }] : [];
  });
}

/**
 * Parses the JSON of a budget file.
 * @throws Error if the JSON, the form of the budget or a pattern is wrong
 */
export function readBudget(text: string): Budget {
  const budget: unknown = JSON.parse(text);
  if (!isObject(budget)) throw new TypeError('Budget must be an object of "default" and "metrics"');
  for (const key of Object.keys(budget)) {
    if (key !== 'default' && key !== 'metrics') {
      throw new TypeError(`Budget must have only "default" and "metrics"; got ${JSON.stringify(key)}`);
    }
  }
  const { default: fallback, metrics = {} } = budget;
  if (!isObject(metrics)) throw new TypeError('"metrics" of a budget must be an object of names and numbers');
  for (const [key, limit] of [['default', fallback ?? 0], ...Object.entries(metrics)] as [string, unknown][]) {
    if (!(Number.isSafeInteger(limit) && (limit as number) >= 0)) {
      throw new RangeError(
        `Budget of ${JSON.stringify(key)} must be an integer of at least 0; got ${JSON.stringify(limit)}`,
      );
    }
    const [, source] = PATTERN.exec(key) ?? [];
    if (source !== undefined) new RegExp(source);
  }
  return budget;
}

const PATTERN = /^\/(.*)\/$/s;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
