import { describeValue, processState, typeError } from '@promwright/model';
import { byRequest } from './active-requests.ts';

// Registered by name: the copy of this package that an adapter has loaded reads the routes that the application's copy wrote.
const ROUTE: unique symbol = Symbol.for('@promwright/http-route@1') as never;
const early = /* @__PURE__ */ processState('http-early-routes@1', () => ({ used: false }));

interface Routed {
  [ROUTE]?: string | false;
}

/**
 * Sets the route under which one request is recorded, in place of the route that the framework reports; `false` excludes the
 * request. Can be called any time before the response has ended; the last call counts. Pass a template such as `/users/:id`:
 * every new string creates a new series.
 * @param req request of Node or of a framework, context of Koa or Hono, or `Request` of the fetch standard
 * @throws TypeError with code `INVALID_OPTION` if `req` is not an object
 */
export function setRoute(req: object, route: string | false): void {
  if (typeof req !== 'object' || req === null) {
    throw typeError('INVALID_OPTION', `setRoute takes the request; got ${describeValue(req)}`);
  }
  const raw = innermost(req);
  // Setting a property of the active request is faster than adding a property to a request of Express.
  const active = byRequest(raw);
  if (active !== undefined) {
    active.routeSet = route;
    return;
  }
  (raw as Routed)[ROUTE] = route;
  early.used = true;
}

/** Returns the argument of {@link setRoute} for a request that was not active yet. */
export function routeSetFor(req: object): unknown {
  // Most programs never set a route so early. Then the request need not be read.
  return early.used ? (req as Routed)[ROUTE] : undefined;
}

/** Returns the request that a request of a framework wraps as `raw`, or a context as `req`. */
function innermost(req: object): object {
  const { raw, req: inner } = req as { raw?: unknown; req?: unknown };
  const next = raw ?? inner;
  return typeof next === 'object' && next !== null ? innermost(next) : req;
}
