import { describeValue, rangeError, typeError } from '@promwright/model';
import type { RuleName } from './rule-name.ts';

/** How strict to be. */
export interface LintOptions {
  /**
   * Adds our own rules to those of promlint, and judges families without series too, which do not appear in the text
   * format. Default false.
   */
  readonly strict?: boolean;
  /** Switches single rules off, or on without `strict`. */
  readonly rules?: { readonly [N in RuleName]?: boolean };
  /** More series than this in one family are a problem of rule `series-limit`. Default 1000; `Infinity` for no limit. */
  readonly seriesLimit?: number;
  /** More values than this of one label are a problem of rule `label-limit`. Default 100; `Infinity` for no limit. */
  readonly labelLimit?: number;
  /** More labels than this are a problem of rule `label-names-limit`. Default 10; `Infinity` for no limit. */
  readonly labelNamesLimit?: number;
  /** More bucket bounds than this are a problem of rule `bucket-count`. Default 50; `Infinity` for no limit. */
  readonly bucketLimit?: number;
}

/** The limits among the options, all of them known. */
export type Limits = Required<Pick<LintOptions, keyof typeof DEFAULT_LIMITS>>;

const DEFAULT_LIMITS = { seriesLimit: 1000, labelLimit: 100, labelNamesLimit: 10, bucketLimit: 50 };

/** @throws with code `INVALID_OPTION` for a limit that is not an integer from 1 on, or Infinity */
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
 * What the option `rules` says about single rules.
 * @throws with code `INVALID_OPTION` for a name that is no rule's, or anything but true and false
 */
export function switchesOf(
  { rules = {} }: LintOptions,
  isRule: (name: string) => boolean,
): ReadonlyMap<string, boolean> {
  if (typeof rules !== 'object' || rules === null) {
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
