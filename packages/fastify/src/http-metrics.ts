import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpMetrics } from '@promwright/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type MetricsPlugin, metricsPlugin } from './metrics-plugin.ts';
import { isStream, routeMetrics, routeOf, watchForStreams } from './route-of.ts';
import { rootOf, serveScrape } from './serve-scrape.ts';

/**
 * Fastify plugin that times every request and answers `GET /metrics`. Register it on the root instance, before plugins whose
 * hooks answer requests; routes may stand before or after it.
 *
 * Requests are counted under the whole pattern of their route, prefixes included; under `(unmatched)` where there was none,
 * or Fastify refused the URL. A route's `config.metrics` names it differently, or leaves it out. It never throws into the
 * application; at its start it fails for a wrong option or a `path` that is taken, with code `INVALID_OPTION`, and for
 * names that are taken by other definitions.
 *
 * @example
 * const app = fastify();
 * await app.register(httpMetrics);
 */
// Asynchronous, so that what is thrown fails the start of the application rather than kill the process.
export const httpMetrics: MetricsPlugin = metricsPlugin(async (app, options) => {
  const metrics = new HttpMetrics<FastifyRequest, FastifyReply, string>(options);
  const streams = watchForStreams(app);
  const { path = '/metrics' } = options;
  if (path !== false) serveScrape(app, path, metrics);

  // Fastify runs no hook where it refuses a URL. The server of an encapsulated instance is everybody's.
  if (rootOf(app) === app) {
    app.server.prependListener('request', (rawReq: IncomingMessage, rawRes: ServerResponse) => {
      if (!metrics.isScrape(rawReq)) metrics.beginUnrouted(rawReq, rawRes);
    });
  }
  app.addHook('onRequest', (request, reply, done) => {
    if (metrics.isScrape(request.raw)) {
      if (routeMetrics(request) === false) return done();
      // There is no route for other methods, unless the application has one.
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
