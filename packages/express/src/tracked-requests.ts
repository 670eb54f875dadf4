import { processState } from '@promwright/model';
import type { Request, Response } from 'express';
import { RouteTracker, type TrackerSource } from './route-tracker.ts';

// The symbol is registered by name, so that two copies of this package in one program share the tracker of a request.
const TRACKER: unique symbol = Symbol.for('@promwright/express-tracker@2') as never;

/** Object that trackers are stored on: the socket, or the request if there is no socket. */
interface Carrier {
  [TRACKER]?: RouteTracker | undefined;
}

/**
 * Tracker that was started last, which routers need most often. It is found without reading a property of the request.
 */
const tracked: { latest: RouteTracker | undefined } = /* @__PURE__ */ processState('express-latest-tracker@2', () => ({
  latest: undefined,
}));

/** Returns the tracker of a request, if tracking has started. */
export function trackerOf(req: Request): RouteTracker | undefined {
  const { latest } = tracked;
  if (latest?.req === req) return latest;
  let tracker = carrierOf(req)[TRACKER];
  while (tracker !== undefined && tracker.req !== req) tracker = tracker.before;
  return tracker;
}

/** Starts tracking a request. */
export function startTracking(req: Request, source: TrackerSource): RouteTracker {
  const { latest } = tracked;
  // Most requests end before the next request arrives, so most trackers are never stored on a socket.
  if (latest !== undefined && !latest.isOver) storeOnSocket(latest);
  const tracker = new RouteTracker(req, source);
  tracked.latest = tracker;
  return tracker;
}

/**
 * Stores a tracker on the socket. The tracker is not stored on the request, because Express gives each request its own
 * hidden class, and adding a property takes a microsecond. A WeakMap would cost the garbage collector more.
 */
function storeOnSocket(tracker: RouteTracker): void {
  const carrier = carrierOf(tracker.req);
  const before = carrier[TRACKER];
  // A socket has several requests in flight only if the client does not wait for responses (pipelining).
  tracker.before = before?.isOver === false ? before : undefined;
  carrier[TRACKER] = tracker;
}

function carrierOf(req: Request): Carrier {
  return (req.socket ?? req) as Carrier;
}

/** Returns the route label of a request. The caller must wait until the request has ended. */
export function routeOf(req: Request, res: Response): string | undefined {
  const tracker = trackerOf(req);
  if (tracker === undefined) return undefined;
  tracker.isRecorded = true;
  return tracker.label(req, res);
}
