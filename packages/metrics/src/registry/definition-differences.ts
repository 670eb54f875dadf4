import { describeValue, type FamilyDescription, type Label } from '@promwright/model';

/** Returns the differences between two definitions of one name, each in words; empty if they are equal. */
export function definitionDifferences(there: FamilyDescription, here: FamilyDescription): string[] {
  const differences: string[] = [];
  const compare = (part: string, a: string | undefined, b: string | undefined) => {
    if (a !== b) differences.push(`${part} ${describeValue(a)} there, ${describeValue(b)} here`);
  };
  compare('type', there.type, here.type);
  compare('help', there.help, here.help);
  compare('unit', there.unit, here.unit);
  compare('labels', names(there.labelNames), names(here.labelNames));
  compare('constant labels', formatLabels(there.constLabels), formatLabels(here.constLabels));
  for (const key of new Set([...Object.keys(there.parameters ?? {}), ...Object.keys(here.parameters ?? {})])) {
    compare(key, there.parameters?.[key], here.parameters?.[key]);
  }
  return differences;
}

// Observations name their labels, so the order of labels makes no difference.
function names(labelNames: readonly string[] = []): string {
  return [...labelNames].sort().join(', ');
}

function formatLabels(labels: readonly Label[] = []): string {
  return labels
    .map(({ name, value }) => `${name}=${JSON.stringify(value)}`)
    .sort()
    .join(', ');
}
