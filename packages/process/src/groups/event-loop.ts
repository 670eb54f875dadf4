import { performance } from 'node:perf_hooks';
import { Histogram } from '@promwright/metrics';
import { MeasuredFamilies, prepareOnly } from '../collectors.ts';
import { DelaySampler } from '../event-loop/delay-sampler.ts';
import { LagWindow } from '../event-loop/lag-window.ts';
import { ScrapeTicker } from '../event-loop/scrape-ticker.ts';
import { eventLoopTimes } from '../event-loop/utilization.ts';
import type { FamilyDefinition, GroupContext, StartedGroup } from '../group-context.ts';
import { tryCall } from '../platform.ts';

/**
 * Milliseconds covered by `nodejs_eventloop_lag_seconds`: more than the time between two ticks of the `ScrapeTicker`,
 * so that a value always exists.
 */
const RECENT_MS = 2000;

/** Starts the metrics of delay and activity of this thread's event loop. */
export function startEventLoop(context: GroupContext): StartedGroup {
  const { eventLoopResolutionMs, eventLoopBuckets, lagWindowMs } = context.options;
  const delays = new Histogram({
    name: context.name('nodejs_eventloop_delay_seconds'),
    help: 'Delay of due timers in the event loop, sampled continuously, in seconds.',
    buckets: eventLoopBuckets,
    native: true,
    registry: null,
  });
  const recent = new LagWindow(RECENT_MS);
  const window = new LagWindow(lagWindowMs);
  const onDelay = context.guard((seconds: number, times: number) => {
    const nowMs = performance.now();
    recent.record(seconds, times, nowMs);
    window.record(seconds, times, nowMs);
    for (let i = 0; i < times; i++) delays.observe(seconds);
  });
  const sampler = DelaySampler.start(eventLoopResolutionMs, onDelay);
  const activity = activityFamilies(context);
  if (sampler === undefined) return { collectors: [activity] };

  const drain = context.guard(() => sampler.drain());
  // Drains the sampler at scrapes, and regularly while there are no scrapes.
  const ticker = new ScrapeTicker(drain, 0);
  return {
    collectors: [lagFamilies(context, recent, window), delays, activity, prepareOnly(ticker.onScrape)],
    stop() {
      ticker.stop();
      sampler.stop();
    },
  };
}

/** Returns the gauges that the official client (`@prometheus-io/client`) also has. */
function lagFamilies(context: GroupContext, recent: LagWindow, window: LagWindow): MeasuredFamilies {
  const seconds = context.options.lagWindowMs / 1000;
  const definition = (statistic: string, what: string): FamilyDefinition => ({
    name: `nodejs_eventloop_lag_${statistic}_seconds`,
    help: `${what} of the event loop in the last ${seconds} seconds.`,
  });
  const lag = context.threadGauge(
    { name: 'nodejs_eventloop_lag_seconds', help: 'Longest delay of the event loop in the last 2 seconds.' },
    'livemax',
  );
  const min = context.threadGauge(definition('min', 'Shortest delay'), 'livemin');
  const max = context.threadGauge(definition('max', 'Longest delay'), 'livemax');
  const mean = context.threadGauge(definition('mean', 'Mean delay'), 'avg');
  const stddev = context.threadGauge(definition('stddev', 'Standard deviation of the delays'), 'avg');
  const p50 = context.threadGauge(definition('p50', 'Median delay'), 'avg');
  const p90 = context.threadGauge(definition('p90', '90th percentile of the delays'), 'avg');
  const p99 = context.threadGauge(definition('p99', '99th percentile of the delays'), 'avg');
  return new MeasuredFamilies([lag, min, max, mean, stddev, p50, p90, p99], {
    measure() {
      const nowMs = performance.now();
      lag.add(recent.max(nowMs));
      const summary = window.summary(nowMs);
      if (summary === undefined) return;
      min.add(summary.min);
      max.add(summary.max);
      mean.add(summary.mean);
      stddev.add(summary.stddev);
      p50.add(summary.quantile(0.5));
      p90.add(summary.quantile(0.9));
      p99.add(summary.quantile(0.99));
    },
  });
}

function activityFamilies(context: GroupContext): MeasuredFamilies {
  const active = context.threadCounter({
    name: 'nodejs_eventloop_active_seconds_total',
    help: 'Time in which the event loop was active, in seconds.',
  });
  const idle = context.threadCounter({
    name: 'nodejs_eventloop_idle_seconds_total',
    help: 'Time in which the event loop waited for events, in seconds.',
  });
  const iterations = context.threadCounter({
    name: 'nodejs_eventloop_iterations_total',
    help: 'Iterations of the event loop.',
  });
  const events = context.threadCounter({
    name: 'nodejs_eventloop_events_total',
    help: 'Events handled by the event loop.',
  });
  const waiting = context.threadCounter({
    name: 'nodejs_eventloop_events_waiting_total',
    help: 'Events that were already pending when the event loop polled for them (libuv).',
  });
  return new MeasuredFamilies([active, idle, iterations, events, waiting], {
    measure() {
      const times = eventLoopTimes();
      active.add(times && times.activeMs / 1000);
      idle.add(times && times.idleMs / 1000);
      const loop = tryCall(() => performance.nodeTiming.uvMetricsInfo);
      iterations.add(loop?.loopCount);
      events.add(loop?.events);
      waiting.add(loop?.eventsWaiting);
    },
  });
}
