import type { MetricFamily } from '@promwright/model';
import { checkedFamilies } from './checked-families.ts';
import { LintContext } from './lint-context.ts';
import { checkLintOptions, type LintOptions, limitsOf, switchesOf } from './lint-options.ts';
import type { Problem } from './problem.ts';
import type { Rule } from './rule.ts';
import type { RuleName } from './rule-name.ts';
import { RULES } from './rules.ts';

/**
 * Returns the problems of families from a registry or a parser, sorted by metric and then by text. By default, the
 * problems are those that `promtool check metrics` reports for the text of the families, equally often and in the same
 * order: a label in camelCase is reported once for each series that has the label. Repeated problems share one object.
 *
 * @example
 * const problems = lint(await registry.gather(), { strict: true, rules: { timestamps: false } });
 * for (const { metric, text } of problems) console.log(metric, text);
 * @throws with code `INVALID_OPTION` for an unknown option, an unknown rule or an invalid limit
 */
export function lint(families: Iterable<MetricFamily>, options: LintOptions = {}): Problem[] {
  checkLintOptions(options);
  const { strict = false } = options;
  const rules = selectRules(options, strict);
  const checked = checkedFamilies(families, strict);
  const context = new LintContext(checked, limitsOf(options));

  const problems: Problem[] = [];
  for (const family of checked) {
    for (const [rule, { check }] of rules) {
      // A family can have the same problem in each of a million series.
      let last: Problem | undefined;
      for (const text of check(family, context)) {
        if (last?.text !== text) last = { metric: family.name, text, rule };
        problems.push(last);
      }
    }
  }
  return problems.sort((a, b) => compare(a.metric, b.metric) || compare(a.text, b.text));
}

function selectRules(options: LintOptions, strict: boolean): [RuleName, Rule][] {
  const switches = switchesOf(options, (name) => Object.hasOwn(RULES, name));
  const all = Object.entries(RULES) as [RuleName, Rule][];
  return all.filter(([name, rule]) => switches.get(name) ?? (strict || !rule.strict));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
