import { describeValue, typeError } from '@promwright/model';
import { byRequest } from './active-requests.ts';

// By name, so that the copy of this package which an adapter has loaded reads what the application's copy wrote.
const ROUTE: unique symbol = Symbol.for('@promwright/http-route@1') as never;
const EARLY: unique symbol = Symbol.for('@promwright/http-early-routes@1') as never;
const early: { used: boolean } = /* @__PURE__ */ sharedFlag();

interface Routed {
  [ROUTE]?: string | false;
}

/**
 * Names the route under which this one request is recorded, in place of the one that the framework reports; with `false`
 * the request is not recorded at all. May be called at any time before the response has ended, and the last call counts.
 * Give it a template such as `/users/:id`: every new text is a new series.
 * @param req the request of Node or of a framework, or the context of Koa or Hono; for a handler of the fetch standard, the
 *   `Request`
 * @throws TypeError with code `INVALID_OPTION` for no object at all
 */
export function setRoute(req: object, route: string | false): void {
  if (typeof req !== 'object' || req === null) {
    throw typeError('INVALID_OPTION', `setRoute takes the request; got ${describeValue(req)}`);
  }
  const raw = innermost(req);
  // A record that is open already is a better place than the request: see there.
  const open = byRequest(raw);
  if (open !== undefined) {
    open.routeSet = route;
    return;
  }
  (raw as Routed)[ROUTE] = route;
  early.used = true;
}

/** What {@link setRoute} said of this request before a record was open. */
export function routeSetFor(req: object): unknown {
  // In most programs nobody ever says it so early, and the request need not be asked.
  return early.used ? (req as Routed)[ROUTE] : undefined;
}

function sharedFlag(): { used: boolean } {
  const holder = globalThis as { [EARLY]?: { used: boolean } };
  if (holder[EARLY] === undefined) Object.defineProperty(holder, EARLY, { value: { used: false } });
  return holder[EARLY]!;
}

/** Frameworks keep the request that they wrap as `raw`, contexts theirs as `req`. */
function innermost(req: object): object {
  const { raw, req: inner } = req as { raw?: unknown; req?: unknown };
  const next = raw ?? inner;
  return typeof next === 'object' && next !== null ? innermost(next) : req;
}
