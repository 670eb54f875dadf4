import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Recording of requests to one route. */
export interface FastifyRouteMetrics {
  /** Route label of the requests. Default: the pattern of the route. */
  readonly route?: string;
  /** True if the response is a stream, so that its duration has no meaning, although its type is not `text/event-stream`. */
  readonly stream?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Recording of requests to this route by `@promwright/fastify`. `false` records none. */
    metrics?: false | FastifyRouteMetrics | undefined;
  }
}

/** Returns `config.metrics` of the route of a request. */
export function routeMetrics({ routeOptions }: FastifyRequest): false | FastifyRouteMetrics | undefined {
  return routeOptions.config?.metrics;
}

/** Returns true if the configuration of the route declares a stream. */
export function isStream(request: FastifyRequest): boolean {
  const own = routeMetrics(request);
  return own !== undefined && own !== false && own.stream === true;
}

/**
 * Returns an object whose `mayBe` is true once any route may declare a stream. Reading the route's options of each request costs
 * as much as the rest of the hook. Fastify does not report routes declared before the plugin, so any such route sets `mayBe`.
 */
export function watchForStreams(app: FastifyInstance): { readonly mayBe: boolean } {
  const found = { mayBe: app.printRoutes({ commonPrefix: false }).trim() !== '(empty tree)' };
  app.addHook('onRoute', ({ config }) => {
    if (config?.metrics && config.metrics.stream === true) found.mayBe = true;
  });
  return found;
}

/**
 * Returns the route label of a request: `undefined` if no route matched, because the number of such URLs has no limit.
 */
export function routeOf(request: FastifyRequest): string | false | undefined {
  const { config, url } = request.routeOptions;
  if (config?.metrics === false) return false;
  return config?.metrics?.route ?? url;
}
