import type { HttpMetrics } from '@promwright/http';
import { PromwrightError } from '@promwright/model';
import type { FastifyInstance, HTTPMethods } from 'fastify';

// The symbol is registered by name, so that two copies of this package in one program do not mistake each other's route
// for a route of the application.
const SERVED: unique symbol = Symbol.for('@promwright/fastify-paths@1') as never;

interface ServingApp {
  [SERVED]?: Set<string>;
}

/** Returns the root instance: every encapsulated instance inherits from it. */
export function rootOf(app: FastifyInstance): FastifyInstance {
  return Object.hasOwn(app, 'server') ? app : rootOf(Object.getPrototypeOf(app));
}

/**
 * Adds a route that serves the metrics to the root instance, at `path` without any prefix. Does nothing if another
 * registration of the plugin has already added the route.
 * @throws PromwrightError with code `INVALID_OPTION` if the application has a route at the path
 */
export function serveScrape(app: FastifyInstance, path: string, metrics: Pick<HttpMetrics, 'handleScrape'>): void {
  const root: FastifyInstance & ServingApp = rootOf(app);
  root[SERVED] ??= new Set();
  if (root[SERVED].has(path)) return;
  const method = ['GET', 'HEAD'];
  if (method.some((each) => root.hasRoute({ method: each as HTTPMethods, url: path }))) {
    throw new PromwrightError(
      'INVALID_OPTION',
      `Option "path" must be free; the application already has a route at "${path}"`,
    );
  }
  root.route({
    method,
    url: path,
    config: { metrics: false },
    handler: (request, reply) => {
      reply.hijack();
      metrics.handleScrape(request.raw, reply.raw);
    },
  });
  root[SERVED].add(path);
}
