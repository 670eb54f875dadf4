import { HttpMetrics, type HttpMetricsOptions } from '@promwright/http';
import type { Context, Middleware, Response } from 'koa';
import { routeOf } from './route-of.ts';

/** What {@link httpMetrics} is made with. The functions in it are given the context as the request. */
export interface KoaMetricsOptions<L extends string = never> extends HttpMetricsOptions<Context, Response, L> {}

/**
 * Middleware that times every request which passes through, and answers `GET /metrics`. Use it first: what stands in front
 * of it is not measured.
 *
 * Requests are counted under the template of the route of `@koa/router` that ran last, with all prefixes, such as
 * `/api/:version/users/:id`; under `(unmatched)` where none ran. It never throws into the application, and lets its errors
 * pass as they are.
 *
 * @example
 * const app = new Koa();
 * app.use(httpMetrics());
 * @throws for a wrong option, with code `INVALID_OPTION`, and for names that are taken by other definitions
 */
export function httpMetrics<L extends string = never>(options: KoaMetricsOptions<L> = {}): Middleware {
  const metrics = new HttpMetrics<Context, Response, L>(options);
  // Koa calls it for whatever nobody has caught, and with nothing when a response has ended well. To wait for `next` here would
  // cost every request another promise.
  function onerror(this: Context, error: Error | null): void {
    if (error != null) metrics.failed(this.res, error);
    Object.getPrototypeOf(this).onerror.call(this, error);
  }
  return (ctx, next) => {
    // The context knows the whole path, also below a mount.
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
