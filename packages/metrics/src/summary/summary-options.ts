import { describeValue, rangeError, typeError } from '@promwright/model';
import type { WindowConfig } from './quantile-window.ts';

/** What a summary takes to compute quantiles. */
export interface QuantileOptions {
  /**
   * Which quantiles to compute in this program, from 0 to 1, such as `[0.5, 0.9, 0.99]`. None by default: a histogram gives
   * quantiles over any time and any number of programs.
   */
  readonly quantiles?: readonly number[];
  /** Over how much of the past the quantiles are computed, in milliseconds. Default 600,000: ten minutes. */
  readonly maxAgeMs?: number;
  /** Into how many slices that time is cut; the oldest is dropped at a time. Default 5. */
  readonly ageBuckets?: number;
  /** How far a quantile may be from the true value, as a part of it. Default 0.01: one per cent. */
  readonly relativeError?: number;
}

/** Quantiles that are computed, and from what. */
export interface QuantileConfig extends WindowConfig {
  readonly quantiles: Float64Array;
}

/**
 * What the options mean; nothing where no quantiles are asked for.
 * @throws RangeError with code `INVALID_OPTION`
 */
export function checkQuantiles(metric: string, options: QuantileOptions | undefined): QuantileConfig | undefined {
  const { quantiles = [], maxAgeMs = 600_000, ageBuckets = 5, relativeError = 0.01 } = options ?? {};
  const check = (option: string, value: unknown, holds: boolean, rule: string) => {
    if (holds) return;
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
  check('maxAgeMs', maxAgeMs, typeof maxAgeMs === 'number' && maxAgeMs > 0 && maxAgeMs < Infinity, 'a positive number');
  check('ageBuckets', ageBuckets, Number.isInteger(ageBuckets) && ageBuckets >= 1, 'an integer from 1 on');
  const isPart = typeof relativeError === 'number' && relativeError >= 0.0001 && relativeError <= 0.5;
  check('relativeError', relativeError, isPart, 'a number from 0.0001 to 0.5');
  if (quantiles.length === 0) return undefined;
  return { quantiles: Float64Array.from(quantiles).sort(), maxAgeMs, ageBuckets, relativeError };
}

/** What makes two definitions of a summary differ by their quantiles. */
export function quantileParameters(config: QuantileConfig | undefined): Readonly<Record<string, string>> {
  if (config === undefined) return {};
  const { quantiles, maxAgeMs, ageBuckets, relativeError } = config;
  return {
    quantiles: quantiles.join(' '),
    window: `${maxAgeMs} ms in ${ageBuckets}`,
    relativeError: String(relativeError),
  };
}
