import { describeValue, type FamilyDescription, type Label } from '@promwright/model';

/** What differs between two definitions of one name, each difference in words; empty if they are equal. */
export function definitionDifferences(there: FamilyDescription, here: FamilyDescription): string[] {
  const differences: string[] = [];
  const compare = (what: string, a: string | undefined, b: string | undefined) => {
    if (a !== b) differences.push(`${what} ${describeValue(a)} there, ${describeValue(b)} here`);
  };
  compare('type', there.type, here.type);
  compare('help', there.help, here.help);
  compare('unit', there.unit, here.unit);
  compare('labels', names(there.labelNames), names(here.labelNames));
  compare('constant labels', texts(there.constLabels), texts(here.constLabels));
  for (const key of new Set([...Object.keys(there.parameters ?? {}), ...Object.keys(here.parameters ?? {})])) {
    compare(key, there.parameters?.[key], here.parameters?.[key]);
  }
  return differences;
}

// Labels are given by name, so their order makes no difference.
function names(labelNames: readonly string[] = []): string {
  return [...labelNames].sort().join(', ');
}

function texts(labels: readonly Label[] = []): string {
  return labels
    .map(({ name, value }) => `${name}=${JSON.stringify(value)}`)
    .sort()
    .join(', ');
}
