import type { HttpMetricsOptions } from '@promwright/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * What `httpMetrics` is registered with. Fastify infers nothing from the options of a plugin; who writes the names of extra
 * labels here, as in `FastifyMetricsOptions<'tenant'>`, has their values checked against them.
 */
export interface FastifyMetricsOptions<L extends string = string>
  extends HttpMetricsOptions<FastifyRequest, FastifyReply, L> {}

/** A plugin for {@link FastifyMetricsOptions}. */
export type MetricsPlugin = (app: FastifyInstance, options: FastifyMetricsOptions) => Promise<void>;

/** Makes a function a plugin whose hooks are those of the instance that it is registered on, not of a child of it. */
export function metricsPlugin(register: MetricsPlugin): MetricsPlugin {
  return Object.assign(register, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@promwright/fastify',
    [Symbol.for('plugin-meta')]: { fastify: '5.x', name: '@promwright/fastify' },
  });
}
