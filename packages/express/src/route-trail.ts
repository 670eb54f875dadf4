import type { Request, Response } from 'express';

/** A router at work on the request. */
export interface Frame {
  /** The router's own `next`, which it puts on the request while it is at work: every run of a router has another one. */
  readonly next: unknown;
  /** `req.baseUrl` inside it. */
  readonly baseUrl: string;
  /** The patterns of the mounts that led into it. */
  readonly template: string;
  /** What `req.params` was outside, which a router with `mergeParams` takes over. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Who writes a trail: the routers, call by call, or our accessors, which see what routers leave on the request. */
export type TrailSource = 'channel' | 'accessors';

/** The label of requests that a middleware without a path answered. */
const MIDDLEWARE = '(middleware)';

// By name, so that two copies of this package in one program follow a request once.
const TRAIL: unique symbol = Symbol.for('@promwright/express-trail@1') as never;

interface Holder {
  [TRAIL]?: RouteTrail | undefined;
}

/** Where a request is on its way through the routers, in patterns rather than in what the client sent. */
export class RouteTrail {
  readonly req: Request;
  readonly source: TrailSource;
  /** That of another request of the same socket. */
  before: RouteTrail | undefined;
  /** Whether the request is recorded, and nobody will ask any more. */
  isAsked = false;
  /** Whether the handler that ran last failed: a final 404 is then its own. */
  failed = false;
  /** What kept the trail from being right, if anything did. */
  error: unknown;
  readonly #frames: Frame[] = [];
  /** The mount that was entered last: where it is, and its whole pattern. */
  #mountedAt = '';
  #mounted = '';
  /** The route that was entered last: the whole pattern, and where its router is. */
  #matched: string | undefined;
  #matchedAt = '';

  constructor(req: Request, source: TrailSource) {
    this.req = req;
    this.source = source;
  }

  /** Whether the request has been answered, and nobody will ask any more. */
  get isOver(): boolean {
    return this.isAsked || this.req.res?.destroyed === true;
  }

  /** The router at work. One that is not known yet was entered through the last mount. */
  frame(req: Request): Frame {
    const { next } = req;
    const frames = this.#frames;
    for (let i = frames.length - 1; i >= 0; i--) {
      if (frames[i]!.next !== next) continue;
      // Those behind it are done.
      frames.length = i + 1;
      return frames[i]!;
    }
    const frame = { next, baseUrl: this.#mountedAt, template: this.#mounted, params: req.params ?? {} };
    frames.push(frame);
    return frame;
  }

  /** A mount is entered, or left for the one around it. */
  enter(baseUrl: string, template: string): void {
    this.#mountedAt = baseUrl;
    this.#mounted = template;
  }

  /** A route of a router is entered. */
  match({ baseUrl, template }: Frame, pattern: string): void {
    // A route cuts nothing off the path: a router that is called inside begins where this one did.
    this.enter(baseUrl, template);
    this.#matched = template + pattern;
    this.#matchedAt = baseUrl;
    this.failed = false;
  }

  /** A middleware is called: what matched before it did not answer. */
  unmatch(): void {
    this.#matched = undefined;
    this.failed = false;
  }

  /** The route under which the request is recorded. */
  label(req: Request, res: Response): string | undefined {
    if (this.error !== undefined) throw this.error;
    const baseUrl = req.baseUrl as string | undefined;
    // The outermost router puts back what it found, nothing, when it passes the request on to the final handler. That one
    // answers 404, or an error which nobody handled; or somebody called next() after answering.
    if (baseUrl === undefined) return res.statusCode === 404 && !this.failed ? undefined : this.#matched;
    if (this.#matched !== undefined && this.#isStillMatched(baseUrl)) return this.#matched;
    const mount = baseUrl === this.#mountedAt ? this.#mounted : this.#templateAt(baseUrl);
    return mount === '' ? MIDDLEWARE : `${mount}/*`;
  }

  /** Accessors do not see that a middleware is called; only that one which answers stands beside the route, not around it. */
  #isStillMatched(baseUrl: string): boolean {
    return this.source === 'channel' || `${this.#matchedAt}/`.startsWith(`${baseUrl}/`);
  }

  #templateAt(baseUrl: string): string {
    return this.#frames.findLast((frame) => frame.baseUrl === baseUrl)?.template ?? this.#mounted;
  }
}

/** The trail that was begun last, of which routers most often tell next: it is found without reading anything of the request. */
const latest: { trail: RouteTrail | undefined } = { trail: undefined };

/** The trail of a request, if somebody keeps one. */
export function trailOf(req: Request): RouteTrail | undefined {
  if (latest.trail?.req === req) return latest.trail;
  let trail = holderOf(req)[TRAIL];
  while (trail !== undefined && trail.req !== req) trail = trail.before;
  return trail;
}

/** Begins to keep a trail. */
export function keepTrail(req: Request, source: TrailSource): RouteTrail {
  const { trail: previous } = latest;
  // Most requests are over before the next one comes, and their trails need no other place.
  if (previous !== undefined && !previous.isOver) putAway(previous);
  latest.trail = new RouteTrail(req, source);
  return latest.trail;
}

/**
 * Keeps a trail on the socket: Express gives each request a hidden class of its own, so that a property takes a microsecond
 * to add, and a WeakMap costs the garbage collector more than that.
 */
function putAway(trail: RouteTrail): void {
  const holder = holderOf(trail.req);
  const before = holder[TRAIL];
  // Others of the same socket are under way only where a client does not wait for answers.
  trail.before = before?.isOver === false ? before : undefined;
  holder[TRAIL] = trail;
}

function holderOf(req: Request): Holder {
  return (req.socket ?? req) as Holder;
}

/** Under which route a request is recorded; to be asked when it has ended. */
export function routeOf(req: Request, res: Response): string | undefined {
  const trail = trailOf(req);
  if (trail === undefined) return undefined;
  trail.isAsked = true;
  return trail.label(req, res);
}
