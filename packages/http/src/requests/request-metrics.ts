import { Counter, Gauge } from '@promwright/metrics';
import type { Registerer } from '@promwright/model';
import { registryOf } from '../options/registry-of.ts';
import { ConventionMetrics } from './convention-metrics.ts';
import { inFlightListOf } from './in-flight-list.ts';
import { type InFlightGauge, InFlightMetrics } from './in-flight-metrics.ts';
import { type MetricNames, metricNames } from './metric-names.ts';
import type { RequestLabels } from './request-labels.ts';
import type { RequestOptions } from './request-options.ts';
import { RollbackRegisterer } from './rollback-registerer.ts';
import { UpgradedConnections } from './upgraded-connections.ts';

type Options = RequestOptions<never, never, string>;

/** All metrics of HTTP requests. */
export class RequestMetrics {
  /** Metrics of finished requests: of one convention, or of both. */
  readonly conventions: readonly [ConventionMetrics, ConventionMetrics?];
  readonly inFlight: InFlightMetrics | undefined;
  readonly streamsActive: Gauge | undefined;
  readonly upgraded: UpgradedConnections;
  readonly errors: Counter;
  readonly #registry: RollbackRegisterer;

  /** @throws for invalid names, labels or buckets, and if a metric name is taken by another definition; then nothing stays registered */
  constructor(options: Options, labels: RequestLabels) {
    const names = metricNames(options);
    const outer = registryOf(options);
    const registry = new RollbackRegisterer(outer);
    this.#registry = registry;
    try {
      this.conventions = conventionMetrics(registry, options, names, labels);
      this.inFlight =
        options.inFlight === false
          ? undefined
          : new InFlightMetrics(
              registry,
              inFlightListOf(outer, names.oldestAge),
              inFlightGauges(names, options.labels),
              names.oldestAge,
            );
      this.streamsActive =
        names.streamsActive === undefined
          ? undefined
          : new Gauge({ registry, name: names.streamsActive, help: 'Event streams under way.' });
      this.upgraded = new UpgradedConnections(registry, names);
      this.errors = new Counter({
        registry,
        name: names.errors,
        help: 'Internal errors of the HTTP instrumentation; they never reach the application.',
      });
    } catch (error) {
      registry.undo();
      throw error;
    }
  }

  /** Unregisters the metrics, except those that another object registered before. */
  unregister(): void {
    this.#registry.undo();
  }
}

function conventionMetrics(
  registry: Registerer,
  { buckets, native }: Options,
  names: MetricNames,
  labels: RequestLabels,
): [ConventionMetrics, ConventionMetrics?] {
  const shared = { registry, buckets, native };
  const metrics: ConventionMetrics[] = [];
  if (names.prometheus !== undefined) {
    metrics.push(new ConventionMetrics({ ...shared, names: names.prometheus, labels: labels.prometheus }));
  }
  if (names.otel !== undefined) {
    metrics.push(new ConventionMetrics({ ...shared, names: names.otel, labels: labels.otel }));
  }
  return metrics as [ConventionMetrics, ConventionMetrics?];
}

function inFlightGauges(names: MetricNames, labels: Options['labels'] = {}): InFlightGauge[] {
  const { method = 'method', scheme = false } = labels;
  const gauges: InFlightGauge[] = [];
  if (names.prometheus?.inFlight !== undefined) {
    gauges.push({ name: names.prometheus.inFlight, method, scheme: scheme && 'scheme' });
  }
  if (names.otel?.inFlight !== undefined) {
    gauges.push({
      name: names.otel.inFlight,
      method: method && 'http_request_method',
      scheme: scheme && 'url_scheme',
    });
  }
  return gauges;
}
