import type { Histogram } from 'node:perf_hooks';

/**
 * Every value that a histogram of Node holds, by rising size, with how often it is there. Such a histogram tells values by
 * rank only; where two ranks have the same value, so do all between them.
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
