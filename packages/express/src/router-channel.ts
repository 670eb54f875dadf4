import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Request } from 'express';
import { keepTrail, type RouteTrail, trailOf } from './route-trail.ts';

/** What routers from 2.3 on publish of every handler that they call. */
interface HandlerCall {
  readonly req: Request;
  readonly layer: { readonly route?: unknown };
  /** The pattern that matched, of an array the one alternative: of the route, or of the mount. */
  readonly route: string | RegExp;
  readonly errorHandler?: boolean;
  /** The name of the parameter, in calls of what was given to `router.param()`. */
  readonly param?: string;
}

const START = 'tracing:express.router.request:start';
const ERROR = 'tracing:express.router.request:error';

/** Follows every request through the routers that publish what they call. May be called again. */
export function observeRouters(): void {
  ignoreRouters();
  subscribe(START, onStart);
  subscribe(ERROR, onError);
}

/** Undoes {@link observeRouters}. */
export function ignoreRouters(): void {
  unsubscribe(START, onStart);
  unsubscribe(ERROR, onError);
}

// What a subscriber throws ends the process.
function onStart(message: unknown): void {
  const call = message as HandlerCall;
  try {
    const trail = trailOf(call.req) ?? keepTrail(call.req, 'channel');
    // A router of this version may work inside one of an older version, whose trail it would break.
    if (trail.source === 'channel' && !call.errorHandler) follow(trail, call);
  } catch (error) {
    reportLater(call, error);
  }
}

function onError(message: unknown): void {
  try {
    const trail = trailOf((message as HandlerCall).req);
    if (trail !== undefined) trail.failed = true;
  } catch (error) {
    reportLater(message as HandlerCall, error);
  }
}

function follow(trail: RouteTrail, call: HandlerCall): void {
  const { req, layer, route, param } = call;
  const frame = trail.frame(req);
  // A parameter is looked up after its route or mount matched and before that is entered.
  const isInRoute = param === undefined ? kindOf(call) === 'handler' : layer.route !== undefined;
  if (isInRoute) {
    trail.match(frame, String(route));
    return;
  }
  if (param !== undefined) return;
  if (route === '/') trail.enter(frame.baseUrl, frame.template);
  else trail.enter(req.baseUrl, frame.template + mountText(route));
  trail.unmatch();
}

// A layer is all its life in a route, or all its life in a router.
const kinds = new WeakMap<object, 'handler' | 'middleware'>();

/** Whether a layer is one of the handlers of a route, which then is the one that matched last. */
function kindOf({ req, layer }: HandlerCall): 'handler' | 'middleware' {
  let kind = kinds.get(layer);
  if (kind === undefined) {
    const { stack } = (req.route ?? {}) as { stack?: readonly unknown[] };
    kind = stack?.includes(layer) ? 'handler' : 'middleware';
    kinds.set(layer, kind);
  }
  return kind;
}

/** What is mounted begins with a slash of its own. */
function mountText(pattern: string | RegExp): string {
  return typeof pattern === 'string' ? pattern.replace(/\/+$/, '') : String(pattern);
}

/** Lets the request's own metrics count the error, which are not known here. */
function reportLater(call: HandlerCall, error: unknown): void {
  try {
    const trail = trailOf(call.req);
    if (trail !== undefined) trail.error = error;
  } catch {
    // The request itself cannot be read; its metrics will find that out.
  }
}
