import type { Context } from 'koa';

/** What `@koa/router` leaves on the context. */
interface RoutedContext {
  /** The pattern of the route that ran last. */
  readonly _matchedRoute?: string | RegExp;
  /** Whatever matched the path, routes for other methods included. */
  readonly matched?: readonly { readonly path: string | RegExp; readonly methods: readonly string[] }[];
}

/** Under which route a request is recorded; to be asked when it has ended, because Koa sets the status of errors last. */
export function routeOf(ctx: Context): string | undefined {
  const { _matchedRoute: route, matched = [] } = ctx as RoutedContext;
  if (route !== undefined) return String(route);
  if (!isAnsweredForRoutes(ctx)) return undefined;
  const other = matched.find(({ methods }) => methods.length > 0);
  return other && String(other.path);
}

/** Whether the answer is that of the router's `allowedMethods`, about routes for other methods. */
function isAnsweredForRoutes({ method, res }: Context): boolean {
  const { statusCode } = res;
  return statusCode === 405 || statusCode === 501 || (method === 'OPTIONS' && statusCode !== 404);
}
