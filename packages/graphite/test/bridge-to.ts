import { Counter, Gauge, Registry } from '@promwright/metrics';
import { onTestFinished } from 'vitest';
import { GraphiteBridge } from '../src/graphite-bridge.ts';
import type { GraphiteBridgeOptions } from '../src/graphite-bridge-options.ts';

/** Bridge that is stopped at the end of the test, with its registries. */
export interface TestedBridge {
  readonly bridge: GraphiteBridge;
  /** Only metric of `registry`. */
  readonly gauge: Gauge;
  readonly registry: Registry;
  /** Registry of the bridge's own metrics. */
  readonly registerer: Registry;
  /** Reported errors. */
  readonly errors: Error[];
}

/** Creates a bridge to a port of this machine, with a registry that contains a gauge. */
export function bridgeTo(port: number, options: Partial<GraphiteBridgeOptions> = {}): TestedBridge {
  const registry = new Registry();
  const registerer = new Registry();
  const gauge = new Gauge({ name: 'level', help: 'L.', registry });
  const errors: Error[] = [];
  const bridge = new GraphiteBridge({
    host: '127.0.0.1',
    port,
    registry,
    registerer,
    stopTimeoutMs: 1000,
    onError: (error) => errors.push(error),
    ...options,
  });
  onTestFinished(() => bridge.stop());
  return { bridge, gauge, registry, registerer, errors };
}

/** Returns the bridge's own metrics that are not 0, by name without the common prefix. */
export async function ownMetrics(registerer: Registry): Promise<Record<string, number>> {
  const metrics: Record<string, number> = {};
  for (const family of await registerer.gather()) {
    for (const row of family.rows()) {
      const { value } = row as { value: number };
      const reason = row.labels.reason === undefined ? '' : ` ${row.labels.reason}`;
      if (value !== 0) metrics[family.name.replace('promwright_graphite_', '') + reason] = value;
    }
  }
  return metrics;
}

/** Returns a registry with `count` series with long names. */
export function manySeries(count: number): Registry {
  const registry = new Registry();
  const counter = new Counter({
    name: 'requests_total',
    help: 'R.',
    labelNames: ['route', 'id'],
    registry,
    labelLimit: Infinity,
    seriesLimit: Infinity,
  });
  for (let i = 0; i < count; i++) counter.inc({ route: `/some/quite/long/route/${i % 100}`, id: i }, i + 0.5);
  return registry;
}
