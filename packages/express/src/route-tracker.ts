import type { Request, Response } from 'express';
import { joinTemplates } from './join-templates.ts';

/** State of a router that is handling the request. */
export interface RouterFrame {
  /** Value of `req.next` while the router runs. Each run of a router has a new function. */
  readonly next: unknown;
  /** Value of `req.baseUrl` inside the router. */
  readonly baseUrl: string;
  /** Patterns of the mounts that lead to the router, joined. */
  readonly template: string;
  /** Value of `req.params` outside the router. A router with `mergeParams` copies these parameters. */
  readonly params: Readonly<Record<string, unknown>>;
}

/**
 * Part of this package that reports the routing steps to a tracker: the subscriber of the routers' diagnostics channel,
 * or the accessors of `req.baseUrl` and `req.route`.
 */
export type TrackerSource = 'channel' | 'accessors';

/** Label of requests that a middleware without a path answered. */
const MIDDLEWARE = '(middleware)';

/**
 * Position of a request in the application's routers, as patterns, and not as the path that the client sent.
 *
 * If the program contains another copy of this package, even of another version, the other copy finds the tracker under
 * the symbol `@promwright/express-tracker@2` and calls its public members. If the meaning of a public member changes,
 * the number in the symbol must change too.
 */
export class RouteTracker {
  readonly req: Request;
  readonly source: TrackerSource;
  /** Tracker of an earlier request on the same socket. */
  before: RouteTracker | undefined;
  /** True once the route was read to record the request. */
  isRecorded = false;
  /**
   * True if the last handler failed. In this case, a final status 404 comes from the error and does not mean that no
   * route matched.
   */
  failed = false;
  /** Error inside the tracking. After such an error the route is not reliable. */
  error: unknown;
  readonly #frames: RouterFrame[] = [];
  /** `req.baseUrl` inside the mount that was entered last. */
  #mountBaseUrl = '';
  /** Patterns of the mount that was entered last, with all outer mounts. */
  #mountTemplate = '';
  /** Patterns of the route that was entered last, with all mounts. */
  #routeTemplate: string | undefined;
  /** `req.baseUrl` inside the router that contains the route of `#routeTemplate`. */
  #routeBaseUrl = '';
  #isAnswered = false;

  constructor(req: Request, source: TrackerSource) {
    this.req = req;
    this.source = source;
  }

  /** True once nothing will read the tracker any more: the request is recorded, or its response is destroyed. */
  get isOver(): boolean {
    return this.isRecorded || this.req.res?.destroyed === true;
  }

  /**
   * Returns true if the response has begun, for the first caller to notice and all later callers: handlers that are called from
   * now on have not answered, so the position stays.
   */
  isAnswered(): boolean {
    if (!this.#isAnswered && this.req.res?.headersSent === true) this.#isAnswered = true;
    return this.#isAnswered;
  }

  /**
   * Returns the frame of the running router. A router that has no frame yet was entered through the last mount, and
   * gets a frame.
   */
  frame(req: Request): RouterFrame {
    const { next } = req;
    const frames = this.#frames;
    for (let i = frames.length - 1; i >= 0; i--) {
      if (frames[i]!.next !== next) continue;
      // Routers with later frames have finished.
      frames.length = i + 1;
      return frames[i]!;
    }
    const frame = { next, baseUrl: this.#mountBaseUrl, template: this.#mountTemplate, params: req.params ?? {} };
    frames.push(frame);
    return frame;
  }

  /** Notes that a router enters a mount, or returns to the outer mount. */
  enter(baseUrl: string, template: string): void {
    this.#mountBaseUrl = baseUrl;
    this.#mountTemplate = template;
  }

  /** Notes that a router enters a route. */
  match({ baseUrl, template }: RouterFrame, pattern: string): void {
    // A route removes nothing from the path: a router called inside the route begins at the same `baseUrl`.
    this.enter(baseUrl, template);
    this.#routeTemplate = joinTemplates(template, pattern);
    this.#routeBaseUrl = baseUrl;
    this.failed = false;
  }

  /**
   * Returns the route label of the request; `undefined` if no route matched. Takes the request as it is at the end.
   * @throws the error that the tracking met earlier
   */
  label(req: Request, res: Response): string | undefined {
    if (this.error !== undefined) throw this.error;
    let baseUrl = this.#isAnswered ? this.#mountBaseUrl : (req.baseUrl as string | undefined);
    // `baseUrl` is undefined in the final handler, which responds with 404 or with an unhandled error, and after a handler that
    // calls next() after its response. A 404 without an error means that no route matched.
    if (baseUrl === undefined) {
      if (res.statusCode === 404 && !this.failed) return undefined;
      if (isFinalResponse(res)) return this.#routeTemplate;
      baseUrl = this.#mountBaseUrl;
    }
    if (this.#routeTemplate !== undefined && (this.failed || this.#isStillMatched(baseUrl))) return this.#routeTemplate;
    const mount = baseUrl === this.#mountBaseUrl ? this.#mountTemplate : this.#templateAt(baseUrl);
    return mount === '' ? MIDDLEWARE : `${mount}/*`;
  }

  /**
   * Returns true if the matched route stands for the response: the route answered, or called next() and left the response to a
   * common middleware in its router or in an outer router. A middleware in another mount answers under its mount.
   */
  #isStillMatched(baseUrl: string): boolean {
    return `${this.#routeBaseUrl}/`.startsWith(`${baseUrl}/`);
  }

  #templateAt(baseUrl: string): string {
    return this.#frames.findLast((frame) => frame.baseUrl === baseUrl)?.template ?? this.#mountTemplate;
  }
}

/** Returns true for a response of Express's final handler, which no other handler answers with this header. */
function isFinalResponse(res: Response): boolean {
  return res.getHeader('content-security-policy') === "default-src 'none'";
}
