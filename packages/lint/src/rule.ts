import type { MetricFamily } from '@promwright/model';
import type { LintContext } from './lint-context.ts';
import type { RuleName } from './rule-name.ts';

/** Description of a rule, for documentation and command lines. */
export interface LintRule {
  /** Name of the rule in `Problem.rule` and in the option `rules`. */
  readonly name: RuleName;
  /** Sentence about the problem that the rule finds. */
  readonly sentence: string;
  /** True for a rule that applies only with `strict` or if switched on by name; false for a rule of promlint. */
  readonly strict: boolean;
}

/** Function that yields the texts of a rule's problems with one family. */
export type Check = (family: MetricFamily, context: LintContext) => Iterable<string>;

/** Rule without its name. */
export interface Rule extends Omit<LintRule, 'name'> {
  readonly check: Check;
}
