import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpMetrics, placeAdapter } from '@promwright/http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type MetricsPlugin, metricsPlugin } from './metrics-plugin.ts';
import { isStream, routeMetrics, routeOf, watchForStreams } from './route-of.ts';
import { rootOf, serveScrape } from './serve-scrape.ts';

/**
 * Fastify plugin that times every request and answers `GET /metrics`. Register it on the root instance, before plugins
 * whose hooks answer requests. Routes may be declared before or after the plugin.
 *
 * Requests are counted under the whole pattern of their route, with all prefixes, or under `(unmatched)` if no route
 * matched or Fastify refused the URL. `config.metrics` of a route sets another name for the route, or omits its
 * requests. The plugin never throws into a running application. The application fails to start with code
 * `INVALID_OPTION` for an invalid option, a `path` that another route uses, or options that another registration or
 * `instrumentServer` makes void, and with `DUPLICATE_DEFINITION` or `CLASHING_NAME` if a metric name is taken.
 *
 * @example
 * const app = fastify();
 * await app.register(httpMetrics);
 */
// The function is asynchronous, so that an exception makes the start of the application fail and does not end the
// process.
export const httpMetrics: MetricsPlugin = metricsPlugin(async (app, options) => {
  placeAdapter(app.server, options, app);
  const metrics = new HttpMetrics<FastifyRequest, FastifyReply, string>(options);
  const streams = watchForStreams(app);
  const { path = '/metrics' } = options;
  if (path !== false) serveScrape(app, path, metrics);

  // Fastify runs no hook if it refuses a URL, so a listener of the server begins to record each request. Only the root
  // instance adds the listener, because encapsulated instances share the server.
  if (rootOf(app) === app) {
    app.server.prependListener('request', (rawReq: IncomingMessage, rawRes: ServerResponse) => {
      if (!metrics.isScrape(rawReq)) metrics.beginUnrouted(rawReq, rawRes);
    });
  }
  app.addHook('onRequest', (request, reply, done) => {
    if (metrics.isScrape(request.raw)) {
      if (routeMetrics(request) === false) return done();
      // The plugin's own route has `metrics: false`. Any other route at this path is a route of the application for
      // other methods.
      if (request.is404) {
        reply.hijack();
        return metrics.handleScrape(request.raw, reply.raw);
      }
    }
    metrics.begin(request.raw, reply.raw, routeOf, request, reply);
    if (streams.possible && isStream(request)) metrics.streamBegan(reply.raw);
    done();
  });
  app.addHook('onError', (_request, reply, error, done) => {
    metrics.failed(reply.raw, error);
    done();
  });
});
