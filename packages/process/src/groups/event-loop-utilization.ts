import { Histogram, Summary } from '@promwright/metrics';
import { beforeScrape, withoutNaN } from '../collectors.ts';
import { Heartbeat } from '../event-loop/heartbeat.ts';
import { RecentActivity } from '../event-loop/utilization.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';

/** Less than the second between scrapes as they come. */
const SHORTEST_MS = 900;
const BUCKETS: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1];
const QUANTILES: readonly number[] = [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999];

/** The share of each second in which the event loop ran something, in the two forms of the official client. */
export function startEventLoopUtilization(context: GroupContext): StartedGroup {
  const help = 'Share of a second in which the event loop ran something, sampled about every second.';
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
  const activity = new RecentActivity();
  const sample = context.guard(() => {
    const share = activity.next();
    if (share === undefined) return;
    summary.observe(share);
    histogram.observe(share);
  });
  const heartbeat = new Heartbeat(sample, SHORTEST_MS);
  return {
    collectors: [withoutNaN(summary), histogram, beforeScrape(heartbeat.scraped)],
    stop: () => heartbeat.stop(),
  };
}
