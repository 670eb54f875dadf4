import type { Attributes, Counter, Histogram } from '@opentelemetry/api';
import { BOUNDS } from '../durations.ts';
import type { Reading } from '../measure-time.ts';

/** Name of OpenTelemetry in the rows. */
export const OPEN_TELEMETRY = 'OpenTelemetry';

/** Metrics of OpenTelemetry, collected by its Prometheus exporter. OpenTelemetry has no held series. */
export interface OpenTelemetryInstruments {
  counter(name: string): Counter<Attributes>;
  histogram(): Histogram<Attributes>;
  /** Reads the series and total of all metrics. */
  read(): Promise<Reading>;
}

/** Loads OpenTelemetry with a limit of series. By default OpenTelemetry merges all series above 2000 into one. */
export async function loadOpenTelemetry(seriesLimit: number): Promise<OpenTelemetryInstruments> {
  const { MeterProvider } = await import('@opentelemetry/sdk-metrics');
  const { PrometheusExporter } = await import('@opentelemetry/exporter-prometheus');
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    readers: [exporter],
    views: [{ instrumentName: '*', aggregationCardinalityLimit: seriesLimit + 1 }],
  });
  const meter = provider.getMeter('bench');
  return {
    counter: (name) => meter.createCounter(name),
    histogram: () => meter.createHistogram('durations', { advice: { explicitBucketBoundaries: [...BOUNDS] } }),
    async read() {
      const { resourceMetrics } = await exporter.collect();
      const points = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics.flatMap((m) => [...m.dataPoints]));
      return { series: points.length, total: points.reduce((total, { value }) => total + countOf(value), 0) };
    },
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : (value as { readonly count: number }).count;
}
