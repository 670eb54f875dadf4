import type { Context } from 'koa';
import { answeringRoute } from './matched-routes.ts';

/** Properties that `@koa/router` sets on the context. */
interface RoutedContext {
  /** Pattern of the route that ran last. Read if the router set it before this package was called. */
  readonly _matchedRoute?: string | RegExp;
  /** Routes and middleware that matched the path, including routes for other methods. */
  readonly matched?: readonly { readonly path: string | RegExp; readonly methods: readonly string[] }[];
}

/**
 * Returns the route label of a request. The caller must wait until the request has ended, because Koa sets the status
 * of an error at the end.
 */
export function routeOf(ctx: Context): string | undefined {
  const { matched = [] } = ctx as RoutedContext;
  const route = answeringRoute(ctx) ?? (ctx as RoutedContext)._matchedRoute;
  if (route !== undefined) return String(route);
  if (!isAllowedMethodsResponse(ctx)) return undefined;
  const other = matched.find(({ methods }) => methods.length > 0);
  return other && String(other.path);
}

/**
 * Returns true if `router.allowedMethods()` may have sent the response, because the routes of the path have other
 * methods.
 */
function isAllowedMethodsResponse({ method, res }: Context): boolean {
  const { statusCode } = res;
  return statusCode === 405 || statusCode === 501 || (method === 'OPTIONS' && statusCode !== 404);
}
