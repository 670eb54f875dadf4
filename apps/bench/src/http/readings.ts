import type { Registry } from '@promwright/metrics';
import { samples } from '@promwright/model';
import type { Reading } from '../measure-time.ts';
import { peerModule } from './peer-module.ts';

const DURATION = 'http_request_duration_seconds';
// Peers register in the one registry of what they count with, which is one of these; fastify-metrics prefers the second.
const clients = ['prom-client', '@platformatic/prom-client'].map((name) =>
  peerModule<typeof import('prom-client')>(name),
);

/** What our adapters have recorded. */
export function ownReading(registry: Registry): Reading {
  const counts = registry
    .gatherSync({ names: [DURATION] })
    .flatMap((family) => [...samples(family)].filter(({ name }) => name === `${DURATION}_count`));
  return { series: counts.length, total: counts.reduce((sum, { value }) => sum + value, 0) };
}

/** What a peer has recorded. */
export async function peerReading(): Promise<Reading> {
  const metrics = await Promise.all(clients.map(({ register }) => register.getSingleMetric(DURATION)?.get()));
  const counts = metrics
    .flatMap((metric) => (metric?.values ?? []) as { readonly value: number; readonly metricName?: string }[])
    .filter(({ metricName }) => metricName === `${DURATION}_count`);
  return { series: counts.length, total: counts.reduce((sum, { value }) => sum + value, 0) };
}

/** Takes out what an earlier peer has registered in this process, for the next one would clash with it. */
export function clearPeerRegistry(): void {
  for (const { register } of clients) register.clear();
}
