import { HttpMetrics, type HttpMetricsOptions } from '@promwright/http';
import type { Context, Middleware, Response } from 'koa';
import { observeMatchedRoutes } from './matched-routes.ts';
import { routeOf } from './route-of.ts';

/** Options of {@link httpMetrics}. Functions receive Koa's context as the request. */
export interface KoaMetricsOptions<L extends string = never> extends HttpMetricsOptions<Context, Response, L> {}

/**
 * Middleware that times every request and answers `GET /metrics`. Use it first: requests that an earlier middleware
 * answers are not measured.
 *
 * Requests are counted under the template of the `@koa/router` route that set the response, or else of the last route that ran,
 * with all prefixes, such as `/api/:version/users/:id`; under `(unmatched)` if no route ran. The middleware never throws into the application or
 * changes its errors.
 *
 * @example
 * const app = new Koa();
 * app.use(httpMetrics());
 * @throws an error with code `INVALID_OPTION`; with `DUPLICATE_DEFINITION` or `CLASHING_NAME` if a metric name is taken
 */
export function httpMetrics<L extends string = never>(options: KoaMetricsOptions<L> = {}): Middleware {
  const metrics = new HttpMetrics<Context, Response, L>(options);
  // Koa calls `onerror` with each uncaught error, and without an error when a response ended normally. The alternative,
  // to wait for `next()` in the middleware, would cost one more promise for every request.
  function onerror(this: Context, error: Error | null): void {
    if (error != null) metrics.failed(this.res, error);
    Object.getPrototypeOf(this).onerror.call(this, error);
  }
  return (ctx, next) => {
    // `ctx.originalUrl` contains the whole path, even if this middleware runs inside `koa-mount`.
    if (metrics.isScrape(ctx)) {
      ctx.respond = false;
      metrics.handleScrape(ctx.req, ctx.res);
      return undefined;
    }
    try {
      observeMatchedRoutes(ctx);
    } catch (error) {
      metrics.reportError(error);
    }
    metrics.begin(ctx.req, ctx.res, routeOf, ctx, ctx.response);
    // Another `httpMetrics()` of the program may have replaced the method already; once is enough.
    if (!Object.hasOwn(ctx, 'onerror')) ctx.onerror = onerror;
    return next();
  };
}
