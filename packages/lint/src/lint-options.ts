import { checkBoolean, checkOptionNames, describeValue, rangeError, typeError } from '@promwright/model';
import type { RuleName } from './rule-name.ts';

/** Options of {@link lint}. */
export interface LintOptions {
  /**
   * True to add the rules of this package to those of promlint, and to check families without series, which do not
   * appear in the text format. Default false.
   */
  readonly strict?: boolean;
  /** Rules to switch off (false), or on without `strict` (true), by name. */
  readonly rules?: { readonly [N in RuleName]?: boolean };
  /** Limit of the series of one family, for the rule `series-limit`. Default 1000; `Infinity` for no limit. */
  readonly seriesLimit?: number;
  /** Limit of the values of one label, for the rule `label-limit`. Default 100; `Infinity` for no limit. */
  readonly labelLimit?: number;
  /** Limit of the labels of one family, for the rule `label-names-limit`. Default 10; `Infinity` for no limit. */
  readonly labelNamesLimit?: number;
  /** Limit of the bucket bounds of one histogram, for the rule `bucket-count`. Default 50; `Infinity` for no limit. */
  readonly bucketLimit?: number;
}

/** All limits of {@link LintOptions}, with defaults filled in. */
export type Limits = Required<Pick<LintOptions, keyof typeof DEFAULT_LIMITS>>;

const OPTION_NAMES: readonly string[] = Object.keys({
  strict: true,
  rules: true,
  seriesLimit: true,
  labelLimit: true,
  labelNamesLimit: true,
  bucketLimit: true,
} satisfies Record<keyof Required<LintOptions>, true>);

/** @throws TypeError with code `INVALID_OPTION` for an unknown option */
export function checkLintOptions(options: LintOptions): void {
  checkOptionNames('lint', options, OPTION_NAMES);
  if (options.strict !== undefined) checkBoolean('strict', options.strict);
}

const DEFAULT_LIMITS = { seriesLimit: 1000, labelLimit: 100, labelNamesLimit: 10, bucketLimit: 50 };

/**
 * Returns the limits of the options, with defaults filled in.
 * @throws with code `INVALID_OPTION` unless each limit is an integer from 1 on, or Infinity
 */
export function limitsOf(options: LintOptions): Limits {
  const limits = { ...DEFAULT_LIMITS };
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const limit: unknown = options[name] ?? limits[name];
    if (typeof limit !== 'number' || !(limit >= 1 && (Number.isInteger(limit) || limit === Infinity))) {
      const raise = typeof limit === 'number' ? rangeError : typeError;
      throw raise(
        'INVALID_OPTION',
        `Option "${name}" must be an integer from 1 on, or Infinity; got ${describeValue(limit)}`,
      );
    }
    limits[name] = limit;
  }
  return limits;
}

/**
 * Returns the switches of the option `rules`, by name of the rule.
 * @throws with code `INVALID_OPTION` for the name of an unknown rule, or a value other than true and false
 */
export function switchesOf(
  { rules = {} }: LintOptions,
  isRule: (name: string) => boolean,
): ReadonlyMap<string, boolean> {
  if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) {
    throw typeError('INVALID_OPTION', `Option "rules" must be an object; got ${describeValue(rules)}`);
  }
  const switches = new Map<string, boolean>();
  for (const [name, on] of Object.entries<unknown>(rules)) {
    if (!isRule(name)) {
      throw rangeError('INVALID_OPTION', `Option "rules" must name known rules; got ${describeValue(name)}`);
    }
    if (on === undefined) continue;
    if (typeof on !== 'boolean') {
      throw typeError('INVALID_OPTION', `Rule "${name}" must be switched by true or false; got ${describeValue(on)}`);
    }
    switches.set(name, on);
  }
  return switches;
}
