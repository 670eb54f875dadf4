import type { HttpMetricsOptions } from '@promwright/http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * Options of `httpMetrics`. Fastify infers nothing from the options of a plugin: to let the compiler check the values of extra
 * labels, name the labels in the type, as in `FastifyMetricsOptions<'tenant'>`.
 */
export interface FastifyMetricsOptions<L extends string = string>
  extends HttpMetricsOptions<FastifyRequest, FastifyReply, L> {}

/** Fastify plugin with {@link FastifyMetricsOptions}. */
export type MetricsPlugin = (app: FastifyInstance, options: FastifyMetricsOptions) => Promise<void>;

/** Makes a function a plugin whose hooks apply to the instance that registers the plugin, not only to a child instance. */
export function metricsPlugin(register: MetricsPlugin): MetricsPlugin {
  return Object.assign(register, {
    [Symbol.for('skip-override')]: true,
    [Symbol.for('fastify.display-name')]: '@promwright/fastify',
    [Symbol.for('plugin-meta')]: { fastify: '5.x', name: '@promwright/fastify' },
  });
}
