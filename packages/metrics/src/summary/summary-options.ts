import { describeValue, rangeError, typeError } from '@promwright/model';
import type { WindowConfig } from './quantile-window.ts';

/** Options of the quantiles of a summary. */
export interface QuantileOptions {
  /**
   * Quantiles to compute in this program, from 0 to 1, such as `[0.5, 0.9, 0.99]`. None by default: from a histogram,
   * Prometheus computes quantiles over any time and any number of programs.
   */
  readonly quantiles?: readonly number[];
  /** Length of the time window of the quantiles, in milliseconds from 1. Default 600,000: ten minutes. */
  readonly maxAgeMs?: number;
  /** Number of slices of the time window, up to 1000; the oldest slice is dropped at a time. Default 5. */
  readonly ageBuckets?: number;
  /** Limit of a quantile's relative error. Default 0.01: one per cent. */
  readonly relativeError?: number;
}

/** Limit of slices: each takes memory and, after a pause, time. */
const MAX_AGE_BUCKETS = 1000;

/** Options of quantiles after all checks, with defaults. */
export interface QuantileConfig extends WindowConfig {
  readonly quantiles: Float64Array;
}

/**
 * Checks the options and returns their values with defaults; `undefined` if there are no quantiles.
 * @throws RangeError with code `INVALID_OPTION`
 */
export function checkQuantiles(metric: string, options: QuantileOptions | undefined): QuantileConfig | undefined {
  const { quantiles = [], maxAgeMs = 600_000, ageBuckets = 5, relativeError = 0.01 } = options ?? {};
  const check = (option: string, value: unknown, isValid: boolean, rule: string) => {
    if (isValid) return;
    const message = `Option "${option}" of summary "${metric}" must be ${rule}; got ${describeValue(value)}`;
    throw typeof value === 'number' ? rangeError('INVALID_OPTION', message) : typeError('INVALID_OPTION', message);
  };
  check('quantiles', quantiles, Array.isArray(quantiles), 'an array of numbers from 0 to 1');
  for (const quantile of quantiles) {
    check(
      'quantiles',
      quantile,
      typeof quantile === 'number' && quantile >= 0 && quantile <= 1,
      'of numbers from 0 to 1',
    );
    check(
      'quantiles',
      quantile,
      quantiles.indexOf(quantile) === quantiles.lastIndexOf(quantile),
      'of different numbers',
    );
  }
  const isAge = typeof maxAgeMs === 'number' && maxAgeMs >= 1 && maxAgeMs < Infinity;
  check('maxAgeMs', maxAgeMs, isAge, 'a finite number from 1 on');
  const isCount = Number.isInteger(ageBuckets) && ageBuckets >= 1 && ageBuckets <= MAX_AGE_BUCKETS;
  check('ageBuckets', ageBuckets, isCount, `an integer from 1 to ${MAX_AGE_BUCKETS}`);
  const isPart = typeof relativeError === 'number' && relativeError >= 0.0001 && relativeError <= 0.5;
  check('relativeError', relativeError, isPart, 'a number from 0.0001 to 0.5');
  if (quantiles.length === 0) return undefined;
  return { quantiles: Float64Array.from(quantiles).sort(), maxAgeMs, ageBuckets, relativeError };
}

/** Returns the quantiles' part of a summary's definition, to compare two definitions. */
export function quantileParameters(config: QuantileConfig | undefined): Readonly<Record<string, string>> {
  if (config === undefined) return {};
  const { quantiles, maxAgeMs, ageBuckets, relativeError } = config;
  return {
    quantiles: quantiles.join(' '),
    window: `${maxAgeMs} ms in ${ageBuckets}`,
    relativeError: String(relativeError),
  };
}
