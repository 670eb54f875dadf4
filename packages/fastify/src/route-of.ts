import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Recording of requests to one route. */
export interface FastifyRouteMetrics {
  /** Route label of the requests. Default: the pattern of the route. */
  readonly route?: string;
  /** True for a stream of another type than `text/event-stream`: the duration of a stream has no meaning. */
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
 * Returns an object whose `possible` is true once a route may declare a stream, because reading the route's options of each
 * request costs as much as the rest of the hook. Starts true if routes were declared before the plugin: Fastify does not report them.
 */
export function watchForStreams(app: FastifyInstance): { readonly possible: boolean } {
  const found = { possible: app.printRoutes({ commonPrefix: false }).trim() !== '(empty tree)' };
  app.addHook('onRoute', ({ config }) => {
    if (config?.metrics && config.metrics.stream === true) found.possible = true;
  });
  return found;
}

/**
 * Returns the route label of a request: `false` if the route is not recorded, `undefined` if no route matched. The URL is no
 * substitute, because the number of URLs has no limit.
 */
export function routeOf(request: FastifyRequest): string | false | undefined {
  const { config, url } = request.routeOptions;
  if (config?.metrics === false) return false;
  return config?.metrics?.route ?? url;
}
