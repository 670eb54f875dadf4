import { Gauge, Histogram } from '@promwright/metrics';
import type { Registerer } from '@promwright/model';
import type { MetricNames } from './metric-names.ts';

const BUCKETS: readonly number[] = [1, 5, 15, 60, 300, 900, 3600];
/** Protocols with a label value of their own. The registry of upgrade tokens has many more. */
const PROTOCOLS: ReadonlySet<string> = new Set(['websocket', 'h2c', 'connect']);

/** Metrics of connections that left HTTP for another protocol, such as WebSocket. Their durations say nothing about requests. */
export class UpgradedConnections {
  readonly #metrics: readonly {
    readonly label: string;
    readonly active: Gauge<string>;
    readonly duration: Histogram<string>;
  }[];

  /** @throws for invalid names, and if a metric name is taken by another definition */
  constructor(registry: Registerer, { prometheus, otel }: MetricNames) {
    const define = (active: string, duration: string, label: string) => ({
      label,
      active: new Gauge<string>({
        registry,
        name: active,
        help: 'Connections that were upgraded from HTTP to another protocol and are open.',
        labelNames: [label] as never,
      }),
      duration: new Histogram<string>({
        registry,
        name: duration,
        help: 'Time from the upgrade of an HTTP connection to its end.',
        labelNames: [label] as never,
        buckets: BUCKETS,
      }),
    });
    this.#metrics = [
      ...(prometheus === undefined
        ? []
        : [define(prometheus.upgradedConnections, prometheus.upgradedDuration, 'protocol')]),
      ...(otel === undefined ? [] : [define(otel.upgradedConnections, otel.upgradedDuration, 'network_protocol_name')]),
    ];
  }

  /** Counts a connection from now on, until the returned function is called. */
  begin(protocol: string): () => void {
    const startMs = performance.now();
    const series = this.#metrics.map(({ label, active, duration }) => {
      const labels = { [label]: protocol };
      return { active: active.labels(labels), duration: duration.labels(labels) };
    });
    for (const { active } of series) active.inc();
    return () => {
      const seconds = (performance.now() - startMs) / 1000;
      for (const { active, duration } of series) {
        active.dec();
        duration.observe(seconds);
      }
    };
  }
}

/** Request that asks for another protocol. */
interface UpgradeRequest {
  readonly method?: string | undefined;
  readonly headers: { readonly upgrade?: string | undefined; readonly ':protocol'?: unknown };
}

/** Returns the label value of the protocol that a request asks for: `_OTHER` for an unknown one. */
export function upgradeProtocol({ method, headers }: UpgradeRequest): string {
  // HTTP/2 asks for a protocol by the pseudo-header ":protocol" of CONNECT (RFC 8441).
  const asked = method === 'CONNECT' ? (headers[':protocol'] ?? 'connect') : headers.upgrade;
  const protocol = String(asked).toLowerCase();
  return PROTOCOLS.has(protocol) ? protocol : '_OTHER';
}
