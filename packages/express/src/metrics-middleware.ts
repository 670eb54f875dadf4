import type { HttpMetrics } from '@promwright/http';
import type { Request, RequestHandler, Response } from 'express';
import { trackByAccessors } from './track-by-accessors.ts';
import { routeOf, trackerOf } from './tracked-requests.ts';

/** Returns the middleware. Requests that no router has published are tracked by accessors. */
export function metricsMiddleware<L extends string>(metrics: HttpMetrics<Request, Response, L>): RequestHandler {
  return (req, res, next) => {
    if (metrics.isScrape(req)) {
      metrics.handleScrape(req, res);
      return;
    }
    try {
      // A router that publishes its calls has already published the call of this middleware, so the request has a
      // tracker.
      if (trackerOf(req) === undefined) trackByAccessors(req);
    } catch (error) {
      metrics.reportError(error);
    }
    metrics.begin(req, res, routeOf);
    next();
  };
}
