/** The name of a label as that of a Graphite tag, other than those in `taken`, to which it is added. */
export function tagName(label: string, taken: Set<string>): string {
  let name = label.replace(OUTSIDE, '_');
  // Carbon keeps the path under the tag `name`, VictoriaMetrics under `__name__`: a label of that name would be lost there,
  // or take the place of the path. Prometheus has the same word for labels that clash.
  while (name === 'name' || name === '__name__') name = `exported_${name}`;
  while (taken.has(name)) name = `exported_${name}`;
  taken.add(name);
  return name;
}

const OUTSIDE = /[^a-zA-Z0-9_:-]/gu;
