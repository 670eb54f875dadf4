import type { FastifyInstance, FastifyRequest } from 'fastify';

/** How requests to one route are recorded. */
export interface FastifyRouteMetrics {
  /** The route under which they are recorded, in place of the pattern. */
  readonly route?: string;
  /** Whether the answer is a stream whose duration says nothing, although it is no `text/event-stream`. */
  readonly stream?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How `@promwright/fastify` records requests to this route; `false`: not at all. */
    metrics?: false | FastifyRouteMetrics | undefined;
  }
}

/** What the route of a request says in `config.metrics`. */
export function routeMetrics({ routeOptions }: FastifyRequest): false | FastifyRouteMetrics | undefined {
  return routeOptions.config?.metrics;
}

/** Whether the route of a request says that it answers with a stream. */
export function isStream(request: FastifyRequest): boolean {
  const own = routeMetrics(request);
  return own !== undefined && own !== false && own.stream === true;
}

/**
 * Tells whether any route may be one of streams: asking each request for its route's options costs as much as the rest of the
 * hook. Routes that stood before the plugin are not told of, so if there are any the answer is yes.
 */
export function watchForStreams(app: FastifyInstance): { readonly mayBe: boolean } {
  const found = { mayBe: app.printRoutes({ commonPrefix: false }).trim() !== '(empty tree)' };
  app.addHook('onRoute', ({ config }) => {
    if (config?.metrics && config.metrics.stream === true) found.mayBe = true;
  });
  return found;
}

/** Under which route a request is recorded; of an endless number of URLs that match none, under none. */
export function routeOf(request: FastifyRequest): string | false | undefined {
  const { config, url } = request.routeOptions;
  if (config?.metrics === false) return false;
  return config?.metrics?.route ?? url;
}
