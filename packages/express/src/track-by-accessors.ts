import type { Request } from 'express';
import { matchingAlternative, type PathPattern } from './matching-alternative.ts';
import { outermostApp } from './outermost-app.ts';
import { restoreTemplate } from './restore-template.ts';
import { type Frame, keepTrail, type RouteTrail, trailOf } from './route-trail.ts';

const BASE_URL: unique symbol = Symbol('promwright baseUrl');
const ROUTE: unique symbol = Symbol('promwright route');
// By name, so that of two copies of this package only one does it.
const TRACKED: unique symbol = Symbol.for('@promwright/express-accessors@1') as never;

interface Tracked {
  [BASE_URL]?: string | undefined;
  [ROUTE]?: { readonly path: PathPattern } | undefined;
}

/**
 * Follows this request, and all later ones of its application, by what routers leave on it: `baseUrl` when they enter or
 * leave a mount, `route` when they enter a route. For routers before 2.3, which tell nothing. Only what belongs to the
 * application is changed: the prototype of its requests, and in Express 4 its way of taking them.
 */
export function trackByAccessors(req: Request): void {
  const app = outermostApp(req) as TrackedApp | undefined;
  if (app === undefined) return;
  if (!Object.hasOwn(app, TRACKED)) {
    Object.defineProperty(app, TRACKED, { value: true });
    if ('lazyrouter' in app) trackFromTheStart(app);
    else Object.defineProperties(app.request, ACCESSORS);
  }
  // This request has plain properties already, which hide those of the prototype.
  const { baseUrl, route } = req;
  keepTrail(req, 'accessors').enter(baseUrl, baseUrl);
  Object.defineProperties(req, ACCESSORS);
  req.baseUrl = baseUrl;
  req.route = route;
}

/** Express 4 writes to a request before it gives it the application's prototype. */
function trackFromTheStart(app: TrackedApp): void {
  const { handle } = app;
  app.handle = function (this: unknown, req, ...rest) {
    try {
      // One that passes several applications has them already.
      if (trailOf(req) === undefined) Object.defineProperties(req, ACCESSORS);
    } catch {
      // The request takes none, and is followed from where the middleware stands.
    }
    return Reflect.apply(handle, this, [req, ...rest]);
  };
}

interface TrackedApp {
  readonly request: object;
  [TRACKED]?: true;
  handle(req: Request, ...rest: unknown[]): unknown;
}

const ACCESSORS: PropertyDescriptorMap & ThisType<Request & Tracked> = {
  baseUrl: {
    configurable: true,
    enumerable: true,
    get() {
      return this[BASE_URL];
    },
    set(value) {
      this[BASE_URL] = value;
      if (typeof value === 'string') follow(this, (trail) => enterMount(trail, this, value));
    },
  },
  route: {
    configurable: true,
    enumerable: true,
    get() {
      return this[ROUTE];
    },
    set(value) {
      this[ROUTE] = value;
      if (value !== undefined) follow(this, (trail) => enterRoute(trail, this, value.path));
    },
  },
};

/** A router must be able to go on, whatever happens here; the request's metrics count the error. */
function follow(req: Request, step: (trail: RouteTrail) => void): void {
  const trail = trailOf(req) ?? keepTrail(req, 'accessors');
  try {
    step(trail);
  } catch (error) {
    trail.error = error;
  }
}

function enterMount(trail: RouteTrail, req: Request, baseUrl: string): void {
  const frame = trail.frame(req);
  // A router says so too when it begins, and when it comes back from a mount.
  if (!baseUrl.startsWith(frame.baseUrl) || baseUrl === frame.baseUrl) {
    trail.enter(frame.baseUrl, frame.template);
    return;
  }
  const path = baseUrl.slice(frame.baseUrl.length);
  const own = ownParams(req, frame);
  // Where the names of the outer parameters come again, with the same values, they are this mount's own.
  const params = own.length > 0 ? own : Object.entries(req.params).filter(([, value]) => value !== undefined);
  trail.enter(baseUrl, frame.template + restoreTemplate(path, params));
}

function enterRoute(trail: RouteTrail, req: Request, path: PathPattern): void {
  const frame = trail.frame(req);
  const pattern = Array.isArray(path) ? matchingAlternative(path, req.path, ownParams(req, frame)) : path;
  trail.match(frame, String(pattern));
}

/** The parameters that a router has not taken over from the one around it. */
function ownParams(req: Request, { params: outer }: Frame): [name: string, value: unknown][] {
  // Express 4 has the names of optional parameters that were not sent.
  return Object.entries(req.params).filter(
    ([name, value]) => value !== undefined && !(name in outer && outer[name] === value),
  );
}
