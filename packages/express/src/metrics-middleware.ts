import type { HttpMetrics } from '@promwright/http';
import type { Request, RequestHandler, Response } from 'express';
import { routeOf, trailOf } from './route-trail.ts';
import { trackByAccessors } from './track-by-accessors.ts';

/** The middleware itself. Where no router has told of the request by now, it is followed by other means. */
export function metricsMiddleware(metrics: HttpMetrics<Request, Response>): RequestHandler {
  return (req, res, next) => {
    if (metrics.isScrape(req)) {
      metrics.handleScrape(req, res);
      return;
    }
    try {
      // The call of this very function was announced by a router that announces any.
      if (trailOf(req) === undefined) trackByAccessors(req);
    } catch (error) {
      metrics.reportError(error);
    }
    metrics.begin(req, res, routeOf);
    next();
  };
}
