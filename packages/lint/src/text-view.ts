import type { MetricFamily } from '@promwright/model';

/** How many metrics one series is in the text: a state set has one for each state. */
export function metricsPerSeries({ layout }: MetricFamily): number {
  return layout.kind === 'state' ? layout.states.length : 1;
}

/** How often a label whose name passes occurs in the text, counted once for each metric that has it. */
export function labelOccurrences(family: MetricFamily, passes: (name: string) => boolean): number {
  const { constLabels, labelNames, labelIds, layout, name, size } = family;
  let found = constLabels.filter((label) => passes(label.name)).length * size;
  if (layout.kind === 'state' && passes(name)) found += size;
  const width = labelNames.length;
  for (let column = 0; column < width; column++) {
    if (!passes(labelNames[column]!)) continue;
    for (let at = column; at < size * width; at += width) if (labelIds[at]! >= 0) found++;
  }
  return found * metricsPerSeries(family);
}
