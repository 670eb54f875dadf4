import type { Context } from 'koa';

// The symbols are registered by name. If a program loads two copies of this package, only one copy changes an application, and
// both copies read the same values.
const ROUTES: unique symbol = Symbol.for('@promwright/koa-matched-routes@1') as never;
const OBSERVED: unique symbol = Symbol.for('@promwright/koa-observed@1') as never;

/** Route that a router entered, and the response at that time. */
interface MatchedRoute {
  readonly pattern: string | RegExp;
  readonly body: unknown;
  readonly status: number;
}

interface RoutedContext {
  [ROUTES]?: MatchedRoute[];
}

/**
 * Notes the routes that routers set as `ctx._matchedRoute` from now on. Changes only the prototype of the application's
 * contexts.
 */
export function observeMatchedRoutes({ app }: Context): void {
  const prototype: object = app.context;
  if (Object.hasOwn(prototype, OBSERVED)) return;
  Object.defineProperties(prototype, { [OBSERVED]: { value: true }, _matchedRoute: MATCHED_ROUTE });
}

/**
 * Returns the pattern of the route that answered: the last route after whose start the body or the status changed. If nothing
 * changed, as for a response without Koa, the last route counts.
 */
export function answeringRoute(ctx: Context): string | RegExp | undefined {
  const routes = (ctx as RoutedContext)[ROUTES];
  if (routes === undefined) return undefined;
  // Koa sets null in place of undefined for a status without a body.
  const { body = null, status } = ctx;
  return (routes.findLast((route) => route.body !== body || route.status !== status) ?? routes.at(-1))?.pattern;
}

const MATCHED_ROUTE: PropertyDescriptor & ThisType<Context & RoutedContext> = {
  configurable: true,
  enumerable: true,
  get() {
    return this[ROUTES]?.at(-1)?.pattern;
  },
  set(pattern) {
    this[ROUTES] ??= [];
    this[ROUTES].push({ pattern, body: this.body ?? null, status: this.status });
  },
};
