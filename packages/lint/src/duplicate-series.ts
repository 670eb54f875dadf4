import { firstRows, type MetricFamily } from '@promwright/model';
import { repeatText } from './repeat-text.ts';
import { metricsPerSeries } from './text-view.ts';

export function* duplicateSeries(family: MetricFamily): Iterable<string> {
  yield* repeatText('metric not unique', countDuplicates(family) * metricsPerSeries(family));
}

/**
 * Returns the number of series with the same labels as an earlier series.
 * @param emptyIsAbsent true if an empty label equals an absent label
 */
export function countDuplicates(family: MetricFamily, emptyIsAbsent = false): number {
  let duplicates = 0;
  firstRows(family, emptyIsAbsent)?.forEach((first, row) => {
    if (first !== row) duplicates++;
  });
  return duplicates;
}
