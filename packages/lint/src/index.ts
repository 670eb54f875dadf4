export { lint } from './lint.ts';
export type { LintOptions } from './lint-options.ts';
export type { Problem } from './problem.ts';
export type { LintRule, RuleName } from './rule.ts';
export { lintRules } from './rules.ts';
