import type { MetricFamily } from './metric-family.ts';

/**
 * The labels of one series by name, constant ones included and those that it lacks left out. Has no prototype, so that any label
 * name is safe; made anew at every call, so that it is the caller's own. Where the rest of the series is wanted too, `rows()`
 * of the family gives both.
 * @param point which series of the family, from 0 on
 */
export function labelsAt(family: MetricFamily, point: number): Record<string, string> {
  const labels: Record<string, string> = Object.create(null);
  for (const { name, value } of family.constLabels) labels[name] = value;
  const { labelNames, dictionaries, labelIds } = family;
  for (let i = 0; i < labelNames.length; i++) {
    const id = labelIds[point * labelNames.length + i]!;
    if (id >= 0) labels[labelNames[i]!] = dictionaries[i]![id]!;
  }
  return labels;
}
