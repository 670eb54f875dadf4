import { escapeName, type MetricFamily, PromwrightError, rangeError } from '@promwright/model';

/**
 * Refuses metrics that a Pushgateway would refuse or change: labels of the grouping key, which would be overwritten;
 * samples with timestamps; two families with the same name.
 * @throws PromwrightError with code `CLASHING_NAME`, or RangeError with code `INVALID_LABEL_NAME` or `INVALID_FAMILY`
 */
export function checkPushable(families: readonly MetricFamily[], groupingNames: readonly string[]): void {
  const reserved = new Set(groupingNames);
  const names = new Set<string>();
  for (const family of families) {
    const { name, size, timestampMs } = family;
    if (size === 0) continue;
    for (const label of labelsOf(family)) {
      if (!reserved.has(label) && !reserved.has(escapeName(label, 'underscores'))) continue;
      throw rangeError(
        'INVALID_LABEL_NAME',
        `Label "${label}" of metric "${name}" is part of the grouping key, which would overwrite it; rename one of them`,
      );
    }
    if (timestampMs?.subarray(0, size).some((ms) => !Number.isNaN(ms))) {
      throw rangeError(
        'INVALID_FAMILY',
        `Metric "${name}" cannot be pushed with timestamps, which a Pushgateway refuses; omit them`,
      );
    }
    if (names.has(name)) throw new PromwrightError('CLASHING_NAME', `Metric "${name}" cannot be pushed twice at once`);
    names.add(name);
  }
}

function labelsOf({ name, layout, constLabels, labelNames }: MetricFamily): readonly string[] {
  // The states of a state set are in a label with the name of the family.
  return [...constLabels.map((label) => label.name), ...labelNames, ...(layout.kind === 'state' ? [name] : [])];
}
