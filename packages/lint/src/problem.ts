import type { RuleName } from './rule-name.ts';

/** Something that a family could do better. */
export interface Problem {
  /** The name of the family. */
  readonly metric: string;
  /** What is wrong, for people. Those of promlint's rules are promlint's, to the letter. */
  readonly text: string;
  /** The rule that found it, for programs. */
  readonly rule: RuleName;
}
