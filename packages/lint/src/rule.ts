import type { MetricFamily } from '@promwright/model';
import type { LintContext } from './lint-context.ts';
import type { RuleName } from './rule-name.ts';

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
