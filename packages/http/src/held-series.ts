import type { CounterSeries, GaugeSeries, HistogramSeries } from '@promwright/metrics';

// A held series keeps its place in its table under this key, which copies of that package agree upon.
const SLOT: unique symbol = Symbol.for('@promwright/slot@1') as never;

/**
 * Whether what is written to a held series still appears in a scrape. It does not once the series was removed or its metric
 * cleared, and must then be looked up anew. Where that cannot be told the answer is no, which costs a look-up and loses
 * nothing.
 */
export function isLive(series: CounterSeries | GaugeSeries | HistogramSeries): boolean {
  return (series as { [SLOT]?: number })[SLOT]! >= 0;
}
