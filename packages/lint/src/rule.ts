import type { MetricFamily } from '@promwright/model';
import type { LintContext } from './lint-context.ts';

/** The rules that `lint` knows; `lintRules` says what each of them finds. */
export type RuleName =
  | 'help'
  | 'base-units'
  | 'counter-suffix'
  | 'histogram-summary-reserved'
  | 'type-in-name'
  | 'colon'
  | 'camel-case'
  | 'abbreviated-units'
  | 'duplicate-series'
  | 'bucket-count'
  | 'bucket-bounds'
  | 'bucket-units'
  | 'bucket-values'
  | 'series-limit'
  | 'label-limit'
  | 'label-names-limit'
  | 'openmetrics-counter'
  | 'info-suffix'
  | 'unit-suffix'
  | 'unit-missing'
  | 'reserved-name'
  | 'reserved-suffix'
  | 'clashing-names'
  | 'label-order'
  | 'target-labels'
  | 'empty-label'
  | 'info-value'
  | 'counter-value'
  | 'timestamps'
  | 'unknown-type'
  | 'utf8-names'
  | 'help-repeats-name';

/** What documentation and command lines say about a rule. */
export interface LintRule {
  /** Its name in `Problem.rule` and in the option `rules`. */
  readonly name: RuleName;
  /** What it finds, in a sentence. */
  readonly sentence: string;
  /** Whether it applies only with `strict` or when it is switched on by name; the others are promlint's. */
  readonly strict: boolean;
}

/** The texts of a rule's problems with one family. */
export type Check = (family: MetricFamily, context: LintContext) => Iterable<string>;

/** A rule without its name. */
export interface Rule extends Omit<LintRule, 'name'> {
  readonly check: Check;
}
