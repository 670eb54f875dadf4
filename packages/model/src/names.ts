import { describeValue, rangeError, typeError } from './errors.ts';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Whether a metric may have this name in the classic character set, which every server and format accepts. */
export function isClassicMetricName(name: string): boolean {
  return METRIC_NAME.test(name);
}

/** Whether a label may have this name in the classic character set, which every server and format accepts. */
export function isClassicLabelName(name: string): boolean {
  return LABEL_NAME.test(name);
}

/**
 * Refuses a name that a metric cannot have.
 * @throws TypeError or RangeError with code `INVALID_NAME`
 */
export function checkMetricName(name: unknown): asserts name is string {
  if (typeof name !== 'string') {
    throw typeError('INVALID_NAME', `Metric name must be a string; got ${describeValue(name)}`);
  }
  if (!isClassicMetricName(name)) {
    throw rangeError(
      'INVALID_NAME',
      `Metric name ${describeValue(name)} must begin with a letter, "_" or ":" and hold only those and digits`,
    );
  }
}

/**
 * Refuses a name that a label cannot have: beside the character set, names that begin with `__` are the server's own, and
 * `le` and `quantile` mark buckets and quantiles.
 * @throws TypeError or RangeError with code `INVALID_LABEL_NAME`
 */
export function checkLabelName(name: unknown, metric: string): asserts name is string {
  if (typeof name !== 'string') {
    throw typeError(
      'INVALID_LABEL_NAME',
      `Label name of metric "${metric}" must be a string; got ${describeValue(name)}`,
    );
  }
  if (!isClassicLabelName(name)) {
    throw rangeError(
      'INVALID_LABEL_NAME',
      `Label name ${describeValue(name)} of metric "${metric}" must begin with a letter or "_" and hold only those and digits`,
    );
  }
  if (name.startsWith('__')) {
    throw rangeError(
      'INVALID_LABEL_NAME',
      `Label "${name}" of metric "${metric}" is reserved for the server; do not begin it with "__"`,
    );
  }
  if (name === 'le' || name === 'quantile') {
    const use = name === 'le' ? 'buckets' : 'quantiles';
    throw rangeError('INVALID_LABEL_NAME', `Label "${name}" of metric "${metric}" is reserved for ${use}; rename it`);
  }
}
