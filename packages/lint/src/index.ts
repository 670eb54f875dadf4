export { lint } from './lint.ts';
export type { LintOptions } from './lint-options.ts';
export type { Problem } from './problem.ts';
export type { LintRule } from './rule.ts';
export type { RuleName } from './rule-name.ts';
export { lintRules } from './rules.ts';
