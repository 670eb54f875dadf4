import type { Attributes, Counter, Histogram } from '@opentelemetry/api';
import { BOUNDS } from '../durations.ts';
import type { Reading } from '../measure-time.ts';

// The releases from 3.0 on need Node 22.15; older versions of Node measure the last release before.
const [major, minor] = process.versions.node.split('.').map(Number) as [number, number];
const hasRelease3 = major > 22 || (major === 22 && minor >= 15);

/** Name of OpenTelemetry in the rows. */
export const OPEN_TELEMETRY = 'OpenTelemetry';

/** Metrics of OpenTelemetry. OpenTelemetry has no held series. */
export interface OpenTelemetryInstruments {
  counter(name: string): Counter<Attributes>;
  histogram(): Histogram<Attributes>;
  /** Reads the series and total of all metrics. */
  read(): Promise<Reading>;
}

/** Loads OpenTelemetry with a limit of series. By default OpenTelemetry merges all series above 2000 into one. */
export async function loadOpenTelemetry(seriesLimit: number): Promise<OpenTelemetryInstruments> {
  const release2 = '@opentelemetry/sdk-metrics-2';
  const sdk: typeof import('@opentelemetry/sdk-metrics') = await import(
    hasRelease3 ? '@opentelemetry/sdk-metrics' : release2
  );
  class Reader extends sdk.MetricReader {
    protected async onForceFlush(): Promise<void> {}
    protected async onShutdown(): Promise<void> {}
  }
  const reader = new Reader();
  const provider = new sdk.MeterProvider({
    readers: [reader],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: seriesLimit + 1 }],
  });
  const meter = provider.getMeter('bench');
  return {
    counter: (name) => meter.createCounter(name),
    histogram: () => meter.createHistogram('durations', { advice: { explicitBucketBoundaries: [...BOUNDS] } }),
    async read() {
      const { resourceMetrics } = await reader.collect();
      const points = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap((m) => [...m.dataPoints]));
      return { series: points.length, total: points.reduce((total, { value }) => total + countOf(value), 0) };
    },
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : (value as { readonly count: number }).count;
}
