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
 * Character set of names: letters, digits, `_` and, in metric names, `:` (`legacy`), which every server and format accepts;
 * or any well-formed Unicode (`utf8`), for Prometheus 3.
 */
export type NameValidationScheme = 'legacy' | 'utf8';

/**
 * Checks that a name is a metric name.
 * @param scheme character set, default `legacy`
 * @throws TypeError or RangeError with code `INVALID_NAME`
 */
export function checkMetricName(name: unknown, scheme: NameValidationScheme = 'legacy'): asserts name is string {
  if (typeof name !== 'string') {
    throw typeError('INVALID_NAME', `Metric name must be a string; got ${describeValue(name)}`);
  }
  if (scheme === 'utf8') {
    if (isUtf8Name(name)) return;
    throw rangeError(
      'INVALID_NAME',
      `Metric name ${describeValue(name)} must be a non-empty string of well-formed Unicode`,
    );
  }
  if (!isClassicMetricName(name)) {
    throw rangeError(
      'INVALID_NAME',
      `Metric name ${describeValue(name)} must begin with a letter, "_" or ":" and contain only these characters and digits`,
    );
  }
}

/**
 * Checks that a name is a label name and not reserved: the server reserves names that begin with `__`, and the formats use
 * `le` for buckets and `quantile` for quantiles.
 * @param metric name of the metric, for the error message
 * @param scheme character set, default `legacy`
 * @throws TypeError or RangeError with code `INVALID_LABEL_NAME`
 */
export function checkLabelName(
  name: unknown,
  metric: string,
  scheme: NameValidationScheme = 'legacy',
): asserts name is string {
  if (typeof name !== 'string') {
    throw typeError(
      'INVALID_LABEL_NAME',
      `Label name of metric "${metric}" must be a string; got ${describeValue(name)}`,
    );
  }
  if (scheme === 'utf8' && !isUtf8Name(name)) {
    throw rangeError(
      'INVALID_LABEL_NAME',
      `Label name ${describeValue(name)} of metric "${metric}" must be a non-empty string of well-formed Unicode`,
    );
  }
  if (scheme === 'legacy' && !isClassicLabelName(name)) {
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

/** True for a name that the scheme `utf8` allows. */
export function isUtf8Name(name: string): boolean {
  return name !== '' && name.isWellFormed();
}
