import type { MetricFamily } from '@promwright/model';
import type { LintContext } from './lint-context.ts';

export function* seriesLimit({ size }: MetricFamily, { limits }: LintContext): Iterable<string> {
  if (size > limits.seriesLimit) yield `family has ${size} series, over the limit of ${limits.seriesLimit}`;
}

export function* labelLimit(family: MetricFamily, { limits }: LintContext): Iterable<string> {
  for (const [column, name] of family.labelNames.entries()) {
    // A dictionary contains all values in use, and perhaps more.
    if (family.dictionaries[column]!.length <= limits.labelLimit) continue;
    const used = countUsed(family, column);
    if (used > limits.labelLimit) yield `label "${name}" has ${used} values, over the limit of ${limits.labelLimit}`;
  }
}

export function* labelNamesLimit({ constLabels, labelNames }: MetricFamily, { limits }: LintContext): Iterable<string> {
  const count = constLabels.length + labelNames.length;
  if (count > limits.labelNamesLimit) yield `family has ${count} labels, over the limit of ${limits.labelNamesLimit}`;
}

function countUsed({ dictionaries, labelIds, labelNames: { length: width }, size }: MetricFamily, column: number) {
  const used = new Uint8Array(dictionaries[column]!.length);
  for (let at = column; at < size * width; at += width) if (labelIds[at]! >= 0) used[labelIds[at]!] = 1;
  return used.reduce((sum, one) => sum + one, 0);
}
