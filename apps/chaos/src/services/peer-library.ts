import { createRequire } from 'node:module';

/** Library with an aggregation over the workers of a cluster. */
export type PeerName = '@prometheus-io/client' | 'prom-client';

interface PeerRegistry {
  /** Asks all workers and returns the page of them all. In the primary. */
  clusterMetrics(): Promise<string>;
  shutdown?(): Promise<void>;
}

/** Exports that both libraries have. */
export interface PeerLibrary {
  readonly AggregatorRegistry: new () => PeerRegistry;
  readonly Counter: new (options: object) => { inc(labels: object): void };
  readonly Histogram: new (options: object) => { observe(value: number): void };
}

export function loadPeer(name: PeerName): PeerLibrary {
  return createRequire(import.meta.url)(name) as PeerLibrary;
}
