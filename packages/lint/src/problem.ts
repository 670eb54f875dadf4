import type { RuleName } from './rule-name.ts';

/** Problem of a family, found by a rule. */
export interface Problem {
  /** Name of the family. */
  readonly metric: string;
  /** Description for people. For the rules of promlint, word for word the text of promlint. */
  readonly text: string;
  /** Name of the rule, for programs. */
  readonly rule: RuleName;
}
