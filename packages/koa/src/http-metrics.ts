import { HttpMetrics, type HttpMetricsOptions } from '@promwright/http';
import type { Context, Middleware, Response } from 'koa';
import { routeOf } from './route-of.ts';

/** Options of {@link httpMetrics}. Functions among them receive the context as the request. */
export interface KoaMetricsOptions<L extends string = never> extends HttpMetricsOptions<Context, Response, L> {}

/**
 * Middleware that times every request that passes through, and answers `GET /metrics`. Use it first: requests that an earlier
 * middleware answers are not measured.
 *
 * Requests are counted under the template of the route of `@koa/router` that ran last, with all prefixes, such as
 * `/api/:version/users/:id`; under `(unmatched)` if no route ran. The middleware never throws into the application, and passes
 * errors of the application on unchanged.
 *
 * @example
 * const app = new Koa();
 * app.use(httpMetrics());
 * @throws for an invalid option, with code `INVALID_OPTION`, and for names taken by other definitions
 */
export function httpMetrics<L extends string = never>(options: KoaMetricsOptions<L> = {}): Middleware {
  const metrics = new HttpMetrics<Context, Response, L>(options);
  // Koa calls `onerror` with each uncaught error, and without an error when a response ended well. Waiting for `next` here
  // instead would cost every request another promise.
  function onerror(this: Context, error: Error | null): void {
    if (error != null) metrics.failed(this.res, error);
    Object.getPrototypeOf(this).onerror.call(this, error);
  }
  return (ctx, next) => {
    // The context has the whole path, also inside a mount.
    if (metrics.isScrape(ctx)) {
      ctx.respond = false;
      metrics.handleScrape(ctx.req, ctx.res);
      return undefined;
    }
    metrics.begin(ctx.req, ctx.res, routeOf, ctx, ctx.response);
    if (!Object.hasOwn(ctx, 'onerror')) ctx.onerror = onerror;
    return next();
  };
}
