import { HttpMetrics, type HttpMetricsOptions, observeRequests } from '@promwright/http';
import type { Request, RequestHandler, Response } from 'express';
import { metricsMiddleware } from './metrics-middleware.ts';
import { observeRouters } from './router-channel.ts';

/** What {@link httpMetrics} is made with. */
export interface ExpressMetricsOptions extends HttpMetricsOptions<Request, Response> {}

/**
 * Middleware that times every request which passes through, and answers `GET /metrics`. Mount it before the routes: what
 * stands in front of it is not measured.
 *
 * Requests are counted under the template of their route with all mounts, such as `/api/:version/users/:id`; under
 * `/static/*` or `(middleware)` where middleware answered; under `(unmatched)` where nothing did. It never throws into the
 * application.
 *
 * @example
 * const app = express();
 * app.use(httpMetrics());
 * @throws for a wrong option, with code `INVALID_OPTION`, and for names that are taken by other definitions
 */
export function httpMetrics(options: ExpressMetricsOptions = {}): RequestHandler {
  const metrics = new HttpMetrics<Request, Response>(options);
  observeRouters();
  observeRequests();
  return metricsMiddleware(metrics);
}
