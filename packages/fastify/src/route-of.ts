import type { FastifyRequest } from 'fastify';

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

/** Under which route a request is recorded; of an endless number of URLs that match none, under none. */
export function routeOf(request: FastifyRequest): string | false | undefined {
  const { config, url } = request.routeOptions;
  if (config?.metrics === false) return false;
  return config?.metrics?.route ?? url;
}
