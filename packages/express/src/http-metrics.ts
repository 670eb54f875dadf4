import { HttpMetrics, type HttpMetricsOptions, observeRequests } from '@promwright/http';
import type { Request, RequestHandler, Response } from 'express';
import { metricsMiddleware } from './metrics-middleware.ts';
import { observeRouters } from './router-channel.ts';

/** Options of {@link httpMetrics}. */
export interface ExpressMetricsOptions<L extends string = never> extends HttpMetricsOptions<Request, Response, L> {}

/**
 * Middleware that times every request and answers `GET /metrics`. Mount it before the routes: requests that an earlier
 * middleware answers are not measured.
 *
 * Requests are counted under the template of their route with all mounts, such as `/api/:version/users/:id`; under
 * `/static/*` or `(middleware)` if middleware answered; under `(unmatched)` if nothing matched. The middleware never
 * throws into the application.
 *
 * @example
 * const app = express();
 * app.use(httpMetrics());
 * @throws an error with code `INVALID_OPTION`; with `DUPLICATE_DEFINITION` or `CLASHING_NAME` if a metric name is taken
 */
export function httpMetrics<L extends string = never>(options: ExpressMetricsOptions<L> = {}): RequestHandler {
  const metrics = new HttpMetrics<Request, Response, L>(options);
  observeRouters();
  observeRequests();
  return metricsMiddleware(metrics);
}
