import type { MetricFamily } from '@promwright/model';

/** Returns the number of metrics of one series in the text format: one, but for a state set one per state. */
export function metricsPerSeries({ layout }: MetricFamily): number {
  return layout.kind === 'state' ? layout.states.length : 1;
}

/** Returns the number of occurrences of labels with a passing name in the text format, counted once for each metric. */
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
