import type { EscapingScheme, MetricFamily } from '@promwright/model';
import { labelNameUnder } from '../escape-text.ts';
import type { FormatRules } from './format-rules.ts';

/**
 * Returns the rule that the written names of a family and its labels break; `undefined` if they are right. A label name
 * must be there once: names may become equal by escaping; a histogram adds `le`, a summary `quantile`, and a state set
 * its own name.
 * @param name name of the family as written, after escaping
 */
export function brokenNameRule(
  family: MetricFamily,
  name: string,
  escaping: EscapingScheme,
  rules: FormatRules,
): string | undefined {
  const { constLabels, labelNames, layout } = family;
  const seen = ['__name__'];
  if (layout.kind === 'classic') seen.push('le');
  else if (layout.kind === 'quantile') seen.push('quantile');
  else if (layout.kind === 'state') seen.push(labelNameUnder(family.name, escaping));
  for (let i = 0; i < constLabels.length + labelNames.length; i++) {
    const label = i < constLabels.length ? constLabels[i]!.name : labelNames[i - constLabels.length]!;
    const written = labelNameUnder(label, escaping);
    if (seen.includes(written)) return `must not have the label "${written}" twice after escaping`;
    seen.push(written);
  }
  // The server refuses no other character in quotes.
  const hasNul = !rules.takesNul && escaping === 'allow-utf-8' && (name.includes('\0') || seen.join().includes('\0'));
  return hasNul ? 'must not have the character U+0000 in names' : undefined;
}
