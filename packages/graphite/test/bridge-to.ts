import { Counter, Gauge, Registry } from '@promwright/metrics';
import { onTestFinished } from 'vitest';
import { GraphiteBridge } from '../src/graphite-bridge.ts';
import type { GraphiteBridgeOptions } from '../src/graphite-bridge-options.ts';

/** A bridge that is stopped with the test, and what is around it. */
export interface TestedBridge {
  readonly bridge: GraphiteBridge;
  /** The only metric of `registry`. */
  readonly gauge: Gauge;
  readonly registry: Registry;
  /** Where the bridge's own metrics are. */
  readonly registerer: Registry;
  /** What was reported. */
  readonly errors: Error[];
}

/** A bridge to a port of this machine, of a registry with a gauge. */
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

/** The bridge's own metrics, without those that are 0, and without what all names begin with. */
export async function ownMetrics(registerer: Registry): Promise<Record<string, number>> {
  const shown: Record<string, number> = {};
  for (const family of await registerer.gather()) {
    for (const row of family.rows()) {
      const { value } = row as { value: number };
      const reason = row.labels.reason === undefined ? '' : ` ${row.labels.reason}`;
      if (value !== 0) shown[family.name.replace('promwright_graphite_', '') + reason] = value;
    }
  }
  return shown;
}

/** A registry of so many series, each with a long name. */
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
