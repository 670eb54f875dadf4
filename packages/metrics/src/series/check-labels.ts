import {
  describeValue,
  isLabelObject,
  type LabelValue,
  labelValueText,
  rangeError,
  typeError,
} from '@promwright/model';

/**
 * Checks the labels of an observation and returns their values as strings to look up, in the order of the label names.
 * @param lengthLimit limit of the length of a value, in UTF-16 units; longer values are cut
 * @throws with code `INVALID_LABELS` for missing or unknown labels, and `INVALID_LABEL_VALUE` for non-scalar values
 */
export function checkLabels(
  metric: string,
  labelNames: readonly string[],
  labels: Readonly<Record<string, LabelValue>>,
  lengthLimit: number,
): string[] {
  checkLabelObject(metric, labelNames, labels);
  const values: string[] = [];
  for (const name of labelNames) {
    const value = labels[name];
    if (value === undefined) throw missingLabel(metric, labelNames, name);
    values.push(labelValueText(value, name, metric, lengthLimit));
  }
  for (const name in labels) if (!labelNames.includes(name)) throw unknownLabel(metric, labelNames, name);
  return values;
}

/**
 * Checks that a value can have labels ({@link isLabelObject}).
 * @throws TypeError with code `INVALID_LABELS`
 */
export function checkLabelObject(metric: string, labelNames: readonly string[], labels: unknown): void {
  if (isLabelObject(labels)) return;
  const wanted = labelNames.length === 0 ? 'no labels' : `an object with ${nameList(labelNames)}`;
  throw typeError('INVALID_LABELS', `Metric "${metric}" takes ${wanted}; got ${describeValue(labels)}`);
}

/** Creates the error for a label that the metric does not have. */
export function unknownLabel(metric: string, labelNames: readonly string[], name: string): RangeError {
  const takes = labelNames.length === 0 ? 'no labels' : nameList(labelNames);
  return rangeError('INVALID_LABELS', `Metric "${metric}" has no label ${describeValue(name)}; it takes ${takes}`);
}

function missingLabel(metric: string, labelNames: readonly string[], name: string): TypeError {
  return typeError(
    'INVALID_LABELS',
    `Label "${name}" of metric "${metric}" is missing; it takes ${nameList(labelNames)}`,
  );
}

function nameList(labelNames: readonly string[]): string {
  return labelNames.map((name) => `"${name}"`).join(', ');
}
