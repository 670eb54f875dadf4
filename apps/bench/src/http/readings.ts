import type { Registry } from '@promwright/metrics';
import { samples } from '@promwright/model';
import type { Reading } from '../measure-time.ts';
import { peerModule } from './peer-module.ts';

const DURATION = 'http_request_duration_seconds';
// Peers register in the default registry of one of these two libraries. fastify-metrics prefers the second.
const clients = ['prom-client', '@platformatic/prom-client'].map((name) =>
  peerModule<typeof import('prom-client')>(name),
);

/** Returns the requests that an adapter of Promwright has recorded. */
export function ownReading(registry: Registry): Reading {
  const counts = registry
    .gatherSync({ names: [DURATION] })
    .flatMap((family) => [...samples(family)].filter(({ name }) => name === `${DURATION}_count`));
  return { series: counts.length, total: counts.reduce((sum, { value }) => sum + value, 0) };
}

/** Returns the requests that a peer has recorded. */
export async function peerReading(): Promise<Reading> {
  const metrics = await Promise.all(clients.map(({ register }) => register.getSingleMetric(DURATION)?.get()));
  const counts = metrics
    .flatMap((metric) => (metric?.values ?? []) as { readonly value: number; readonly metricName?: string }[])
    .filter(({ metricName }) => metricName === `${DURATION}_count`);
  return { series: counts.length, total: counts.reduce((sum, { value }) => sum + value, 0) };
}

/** Removes the metrics that an earlier peer registered in this process: the names of the next peer would clash. */
export function clearPeerRegistry(): void {
  for (const { register } of clients) register.clear();
}
