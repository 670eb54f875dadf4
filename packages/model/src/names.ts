import { describeValue, rangeError, typeError } from './errors.ts';

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Returns true for a metric name in the classic character set, which every server and format accepts. */
export function isClassicMetricName(name: string): boolean {
  return METRIC_NAME.test(name);
}

/** Returns true for a label name in the classic character set, which every server and format accepts. */
export function isClassicLabelName(name: string): boolean {
  return LABEL_NAME.test(name);
}

/**
 * Checks that a name is a classic metric name.
 * @throws TypeError or RangeError with code `INVALID_NAME`
 */
export function checkMetricName(name: unknown): asserts name is string {
  if (typeof name !== 'string') {
    throw typeError('INVALID_NAME', `Metric name must be a string; got ${describeValue(name)}`);
  }
  if (!isClassicMetricName(name)) {
    throw rangeError(
      'INVALID_NAME',
      `Metric name ${describeValue(name)} must begin with a letter, "_" or ":" and contain only these characters and digits`,
    );
  }
}

/**
 * Checks that a name is a classic label name and not reserved: the server reserves names that begin with `__`, and the
 * formats use `le` for buckets and `quantile` for quantiles.
 * @param metric name of the metric, for the error message
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
      `Label name ${describeValue(name)} of metric "${metric}" must begin with a letter or "_" and contain only these characters and digits`,
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
