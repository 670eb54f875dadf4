import type { Histogram } from 'node:perf_hooks';

/**
 * Visits every value of a Node histogram in ascending order, with its count. Such a histogram returns values by rank
 * only; if two ranks have the same value, all ranks between have it too.
 */
export function forEachSample(
  histogram: Pick<Histogram, 'count' | 'percentile'>,
  visit: (value: number, times: number) => void,
): void {
  const { count } = histogram;
  const valueAt = (rank: number) => histogram.percentile((100 * rank) / count);
  const visitRanks = (from: number, low: number, to: number, high: number): void => {
    if (low === high) {
      visit(low, to - from + 1);
      return;
    }
    const middle = (from + to) >>> 1;
    visitRanks(from, low, middle, middle === from ? low : valueAt(middle));
    visitRanks(middle + 1, middle + 1 === to ? high : valueAt(middle + 1), to, high);
  };
  if (count > 0) visitRanks(1, valueAt(1), count, valueAt(count));
}
