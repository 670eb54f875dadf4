import type { MetricFamily } from '@promwright/model';
import { countDuplicates } from './duplicate-series.ts';
import { repeatText } from './repeat-text.ts';

/** Returns the names of all labels of a family, in the order of display. */
export function allLabelNames({ constLabels, labelNames }: MetricFamily): readonly string[] {
  return [...constLabels.map(({ name }) => name), ...labelNames];
}

export function* labelOrder(family: MetricFamily): Iterable<string> {
  const names = allLabelNames(family);
  for (const name of names.slice(0, -1)) {
    if (name === 'le' || name === 'quantile') yield `label "${name}" should be the last one`;
  }
}

export function* targetLabels(family: MetricFamily): Iterable<string> {
  for (const name of allLabelNames(family)) {
    if (name === 'job' || name === 'instance') yield `label "${name}" clashes with the one that the server adds`;
  }
}

export function* emptyLabel(family: MetricFamily): Iterable<string> {
  const { constLabels, dictionaries, labelNames, size } = family;
  const empty = dictionaries.map((values) => values.indexOf(''));
  const names = [
    ...constLabels.filter(({ value }) => value === '' && size > 0).map(({ name }) => name),
    ...labelNames.filter((_, column) => isUsed(family, column, empty[column]!)),
  ];
  for (const name of names) yield `label "${name}" is empty in some series, which is as if it were absent`;
  if (names.length === 0) return;
  const more = countDuplicates(family, true) - countDuplicates(family);
  yield* repeatText('metric not unique without its empty labels', more);
}

function isUsed({ labelIds, labelNames: { length: width }, size }: MetricFamily, column: number, id: number): boolean {
  if (id < 0) return false;
  for (let at = column; at < size * width; at += width) if (labelIds[at] === id) return true;
  return false;
}
