import { Histogram, Summary } from '@promwright/metrics';
import { hideWhileEmpty, prepareOnly } from '../collectors.ts';
import { ScrapeTicker } from '../event-loop/scrape-ticker.ts';
import { UtilizationMeter } from '../event-loop/utilization.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';

/** Slightly below one second, the usual minimum between scrapes. */
const MIN_INTERVAL_MS = 900;
const BUCKETS: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1];
const QUANTILES: readonly number[] = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];

/** Starts the metrics of event-loop utilization per second, in the two forms of `@prometheus-io/client`. */
export function startEventLoopUtilization(context: GroupContext): StartedGroup {
  const help = 'Share of time in which the event loop was active, sampled about once a second.';
  const summary = new Summary({
    name: context.name('nodejs_eventloop_utilization_summary'),
    help,
    quantiles: QUANTILES,
    maxAgeMs: 60_000,
    ageBuckets: 5,
    registry: null,
  });
  const histogram = new Histogram({
    name: context.name('nodejs_eventloop_utilization_histogram'),
    help,
    buckets: BUCKETS,
    registry: null,
  });
  const meter = new UtilizationMeter();
  const sample = context.guard(() => {
    const share = meter.next();
    if (share === undefined) return;
    summary.observe(share);
    histogram.observe(share);
  });
  const ticker = new ScrapeTicker(sample, MIN_INTERVAL_MS);
  return {
    collectors: [hideWhileEmpty(summary), histogram, prepareOnly(ticker.onScrape)],
    stop: () => ticker.stop(),
  };
}
