import type { Application, Request } from 'express';
import { joinTemplates } from './join-templates.ts';
import type { Layer } from './layer.ts';
import { matchingAlternative, type PathPattern } from './matching-alternative.ts';
import { mountTemplate, templateInside, UNKNOWN_MOUNT } from './mount-template.ts';
import { observeLayers } from './observe-layers.ts';
import type { RouterFrame, RouteTracker } from './route-tracker.ts';
import { startTracking, trackerOf } from './tracked-requests.ts';

// The symbols are registered by name. If a program loads two copies of this package, only one copy changes an
// application, and both copies read the same values.
const BASE_URL: unique symbol = Symbol.for('@promwright/express-base-url@1') as never;
const ROUTE: unique symbol = Symbol.for('@promwright/express-route@1') as never;
const TRACKED: unique symbol = Symbol.for('@promwright/express-accessors@1') as never;

interface RequestValues {
  [BASE_URL]?: string | undefined;
  [ROUTE]?: { readonly path: PathPattern } | undefined;
}

interface TrackedApp {
  readonly request: object;
  readonly _router?: unknown;
  readonly router?: unknown;
  [TRACKED]?: true;
  handle(req: Request, ...rest: unknown[]): unknown;
}

/**
 * Tracks this request, and all later requests of its application, by properties that routers set: `baseUrl` at the
 * start and end of a mount, `route` at the start of a route. This is needed for routers before version 2.3, which do
 * not publish their calls. The layers of the routers tell the templates of the mounts. Changes only objects of the
 * application: the prototype of its requests, the prototype of its layers and, in Express 4, `app.handle`.
 */
export function trackByAccessors(req: Request): void {
  const app = outermostApp(req) as TrackedApp | undefined;
  if (app === undefined) return;
  if (!Object.hasOwn(app, TRACKED)) {
    Object.defineProperty(app, TRACKED, { value: true });
    observeLayers(routerOf(app), LAYERS);
    if (isExpress4(app)) trackFromTheStart(app);
    else Object.defineProperties(app.request, ACCESSORS);
  }
  // This request already has plain properties, which hide accessors of the prototype.
  const { baseUrl, route } = req;
  startTracking(req, 'accessors').enter(baseUrl, baseUrl === '' ? '' : templateInside(routerOf(app), baseUrl));
  Object.defineProperties(req, ACCESSORS);
  req.baseUrl = baseUrl;
  req.route = route;
}

/** Returns true for an application of Express 4, whose property `router` throws. */
function isExpress4(app: TrackedApp): boolean {
  return 'lazyrouter' in app;
}

function routerOf(app: TrackedApp): unknown {
  return isExpress4(app) ? app._router : app.router;
}

/** Returns the outermost of the applications that handle a request; `undefined` for a router without Express. */
function outermostApp(req: Request): Application | undefined {
  let app = req.app as (Application & { readonly parent?: Application }) | undefined;
  while (app?.parent !== undefined) app = app.parent;
  return app;
}

/** Adds accessors to each request in `app.handle`: Express 4 sets properties of a request before it sets the prototype. */
function trackFromTheStart(app: TrackedApp): void {
  const { handle } = app;
  app.handle = function (this: unknown, req, ...rest) {
    try {
      // A request that passes several applications already has accessors.
      if (trackerOf(req) === undefined) Object.defineProperties(req, ACCESSORS);
    } catch {
      // The request accepts no accessors. Tracking starts at the middleware instead.
    }
    return Reflect.apply(handle, this, [req, ...rest]);
  };
}

const ACCESSORS: PropertyDescriptorMap & ThisType<Request & RequestValues> = {
  baseUrl: {
    configurable: true,
    enumerable: true,
    get() {
      return this[BASE_URL];
    },
    set(value) {
      this[BASE_URL] = value;
      // Without a value, the final handler follows.
      follow(this, (tracker) => typeof value === 'string' && enterMount(tracker, this, value));
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
      if (value !== undefined) follow(this, (tracker) => enterRoute(tracker, this, value.path));
    },
  },
};

/**
 * Runs a step of the tracking. An error must not reach the router. The error is stored, and the metrics count it when
 * the request ends.
 */
function follow(req: Request, step: (tracker: RouteTracker) => unknown): void {
  const tracker = trackerOf(req) ?? startTracking(req, 'accessors');
  try {
    if (!tracker.isAnswered()) step(tracker);
  } catch (error) {
    tracker.error = error;
  }
}

/** Runs a step for a request that accessors track. Layers also report requests of applications without this package. */
function followStarted(req: Request, step: (tracker: RouteTracker) => unknown): void {
  if (trackerOf(req)?.source === 'accessors') follow(req, step);
}

function enterMount(tracker: RouteTracker, req: Request, baseUrl: string): void {
  const frame = tracker.frame(req);
  // A router also sets `baseUrl` when it begins, and when it returns from a mount.
  if (!baseUrl.startsWith(frame.baseUrl) || baseUrl === frame.baseUrl) {
    tracker.enter(frame.baseUrl, frame.template);
    return;
  }
  // The layer, which is called next, knows the template.
  tracker.enter(baseUrl, joinTemplates(frame.template, UNKNOWN_MOUNT));
}

const LAYERS = {
  onRequest(layer: Layer, req: Request): void {
    if (layer.route !== undefined || layer.method !== undefined || layer.path === '' || !req.baseUrl) return;
    followStarted(req, (tracker) => {
      const frame = tracker.frame(req);
      const { baseUrl } = req;
      // Middleware without a path, and the handlers of a route, are called with the `baseUrl` of their router.
      if (baseUrl.length <= frame.baseUrl.length) return;
      observeLayers(layer.handle, LAYERS);
      const inner = mountTemplate(layer, baseUrl.slice(frame.baseUrl.length));
      tracker.enter(baseUrl, joinTemplates(frame.template, inner));
    });
  },
  onError(req: Request): void {
    followStarted(req, (tracker) => {
      tracker.failed = true;
    });
  },
};

function enterRoute(tracker: RouteTracker, req: Request, path: PathPattern): void {
  const frame = tracker.frame(req);
  const pattern = Array.isArray(path) ? matchingAlternative(path, req.path, ownParams(req, frame)) : path;
  tracker.match(frame, String(pattern));
}

/** Returns the parameters that a router has not copied from the outer router. */
function ownParams(req: Request, { params: outer }: RouterFrame): [name: string, value: unknown][] {
  // Express 4 also lists the names of optional parameters that the client omitted.
  return Object.entries(req.params).filter(
    ([name, value]) => value !== undefined && !(name in outer && outer[name] === value),
  );
}
