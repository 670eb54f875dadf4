import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpMetrics } from '@promwright/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type MetricsPlugin, metricsPlugin } from './metrics-plugin.ts';
import { isStream, routeMetrics, routeOf, watchForStreams } from './route-of.ts';
import { rootOf, serveScrape } from './serve-scrape.ts';

/**
 * Fastify plugin that times every request and answers `GET /metrics`. Register it on the root instance, before plugins whose
 * hooks answer requests. Routes may be declared before or after it.
 *
 * Requests are counted under the whole pattern of their route, prefixes included; under `(unmatched)` if there is no route or
 * Fastify refuses the URL. `config.metrics` of a route changes the name of the route, or omits its requests. The plugin never
 * throws into the application. The application fails to start for an invalid option or a `path` already in use, with code
 * `INVALID_OPTION`, and for names taken by other definitions.
 *
 * @example
 * const app = fastify();
 * await app.register(httpMetrics);
 */
// Asynchronous: an exception then fails the start of the application and does not kill the process.
export const httpMetrics: MetricsPlugin = metricsPlugin(async (app, options) => {
  const metrics = new HttpMetrics<FastifyRequest, FastifyReply, string>(options);
  const streams = watchForStreams(app);
  const { path = '/metrics' } = options;
  if (path !== false) serveScrape(app, path, metrics);

  // Fastify runs no hook if it refuses a URL. Only for the root instance: encapsulated instances share one server.
  if (rootOf(app) === app) {
    app.server.prependListener('request', (rawReq: IncomingMessage, rawRes: ServerResponse) => {
      if (!metrics.isScrape(rawReq)) metrics.beginUnrouted(rawReq, rawRes);
    });
  }
  app.addHook('onRequest', (request, reply, done) => {
    if (metrics.isScrape(request.raw)) {
      if (routeMetrics(request) === false) return done();
      // Only the application can have a route for other methods.
      if (request.is404) {
        reply.hijack();
        return metrics.handleScrape(request.raw, reply.raw);
      }
    }
    metrics.begin(request.raw, reply.raw, routeOf, request, reply);
    if (streams.mayBe && isStream(request)) metrics.streamBegan(reply.raw);
    done();
  });
  app.addHook('onError', (_request, reply, error, done) => {
    metrics.failed(reply.raw, error);
    done();
  });
});
