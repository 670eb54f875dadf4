import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { processState } from '@promwright/model';
import type { Request } from 'express';
import { joinTemplates } from './join-templates.ts';
import { formatMount } from './mount-template.ts';
import type { RouteTracker } from './route-tracker.ts';
import { startTracking, trackerOf } from './tracked-requests.ts';

/** Message that routers from version 2.3 publish for each call of a handler. */
interface HandlerCall {
  readonly req: Request;
  readonly layer: { readonly route?: unknown };
  /** Pattern of the route or mount that matched; of an array, the alternative that matched. */
  readonly route: string | RegExp;
  readonly errorHandler?: boolean;
  /** Name of the parameter, in calls of functions given to `router.param()`. */
  readonly param?: string;
}

type LayerKind = 'handler' | 'middleware';
type Subscriber = (message: unknown) => void;

interface Observation {
  /** Subscribers of the channels: one pair per process, even if two copies of this package observe routers. */
  subscribers: { readonly start: Subscriber; readonly error: Subscriber } | undefined;
  /** Kinds of layers. A layer belongs to a route, or to a router, for its whole life. */
  readonly kinds: WeakMap<object, LayerKind>;
}

const START = 'tracing:express.router.request:start';
const ERROR = 'tracing:express.router.request:error';

const observation = /* @__PURE__ */ processState<Observation>('express-routers@1', () => ({
  subscribers: undefined,
  kinds: new WeakMap(),
}));

/** Tracks all requests of the process through routers that publish their calls. Further calls have no effect. */
export function observeRouters(): void {
  if (observation.subscribers !== undefined) return;
  observation.subscribers = { start: onStart, error: onError };
  subscribe(START, onStart);
  subscribe(ERROR, onError);
}

/** Undoes {@link observeRouters}, even if another copy of this package called it. */
export function unobserveRouters(): void {
  const { subscribers } = observation;
  if (subscribers === undefined) return;
  observation.subscribers = undefined;
  unsubscribe(START, subscribers.start);
  unsubscribe(ERROR, subscribers.error);
}

// An exception of a subscriber would end the process.
function onStart(message: unknown): void {
  const call = message as HandlerCall;
  try {
    const tracker = trackerOf(call.req) ?? startTracking(call.req, 'channel');
    // A router of this version may run inside a router of an older version: its calls would confuse a tracker that
    // accessors started.
    if (tracker.source === 'channel' && !call.errorHandler && !tracker.isAnswered()) follow(tracker, call);
  } catch (error) {
    reportLater(call, error);
  }
}

function onError(message: unknown): void {
  try {
    const tracker = trackerOf((message as HandlerCall).req);
    if (tracker !== undefined && !tracker.isAnswered()) tracker.failed = true;
  } catch (error) {
    reportLater(message as HandlerCall, error);
  }
}

function follow(tracker: RouteTracker, call: HandlerCall): void {
  const { req, layer, route, param } = call;
  const frame = tracker.frame(req);
  // A parameter is processed after its route or mount matched and before the router enters the route or mount.
  const isInRoute = param === undefined ? kindOf(call) === 'handler' : layer.route !== undefined;
  if (isInRoute) {
    tracker.match(frame, String(route));
    return;
  }
  if (param !== undefined) return;
  if (route === '/') tracker.enter(frame.baseUrl, frame.template);
  else tracker.enter(req.baseUrl, joinTemplates(frame.template, formatMount(route)));
  tracker.failed = false;
}

/** Returns "handler" if the layer belongs to a route. The route is then `req.route`, which matched last. */
function kindOf({ req, layer }: HandlerCall): LayerKind {
  const { kinds } = observation;
  let kind = kinds.get(layer);
  if (kind === undefined) {
    const { stack } = (req.route ?? {}) as { stack?: readonly unknown[] };
    kind = stack?.includes(layer) ? 'handler' : 'middleware';
    kinds.set(layer, kind);
  }
  return kind;
}

/**
 * Stores the error on the tracker. The metrics of the request are not known here; they report the error when the
 * request ends.
 */
function reportLater(call: HandlerCall, error: unknown): void {
  try {
    const tracker = trackerOf(call.req);
    if (tracker !== undefined) tracker.error = error;
  } catch {
    // The request itself is not readable, so its metrics will fail with the same error.
  }
}
