import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GaugeSeries } from '@promwright/metrics';
import { stopWatching, type WatchedRequest, watchCompletion } from './watch-completion.ts';

/** Says under which route a request is recorded; `undefined` for one that matched none. */
export type RouteOf<Req, Res> = (req: Req, res: Res) => string | undefined;

// By name, so that a request which passes two copies of this package is counted once.
const RECORD: unique symbol = Symbol.for('@promwright/http-request@1') as never;

interface Marked<Req, Res> {
  [RECORD]?: { routeOf: RouteOf<Req, Res> | undefined };
}

/** A request under way. There is one for each, whatever number of instrumentations it passes. */
export class RequestRecord<Req extends IncomingMessage, Res extends ServerResponse> implements WatchedRequest {
  readonly req: Req;
  readonly res: Res;
  /** As it began: programs change `req.method` on the way. */
  readonly method: string;
  readonly startMs: number;
  /** Asked at the end, when the framework knows. */
  routeOf: RouteOf<Req, Res> | undefined;
  finished = false;
  onSocket: Set<WatchedRequest> | undefined;
  readonly #onEnd: (record: RequestRecord<Req, Res>) => void;
  #inFlight: GaugeSeries | undefined;

  constructor(
    req: Req,
    res: Res,
    method: string,
    routeOf: RouteOf<Req, Res> | undefined,
    onEnd: (record: RequestRecord<Req, Res>) => void,
  ) {
    this.req = req;
    this.res = res;
    this.method = method;
    this.startMs = performance.now();
    this.routeOf = routeOf;
    this.#onEnd = onEnd;
    (req as Marked<Req, Res>)[RECORD] = this;
  }

  /** Counts the request as in flight until it ends. */
  begin(inFlight: GaugeSeries): void {
    inFlight.inc();
    this.#inFlight = inFlight;
    try {
      watchCompletion(this);
    } catch (error) {
      // A request whose end nobody would notice must not stay in flight for ever.
      this.#leave();
      throw error;
    }
  }

  /** Ends the request, the first time that it is called. */
  end(): void {
    if (this.#leave()) this.#onEnd(this);
  }

  #leave(): boolean {
    const inFlight = this.#inFlight;
    if (inFlight === undefined) return false;
    this.#inFlight = undefined;
    inFlight.dec();
    stopWatching(this);
    return true;
  }
}

/**
 * Whether a request is recorded already, perhaps by another copy of this package. That one measures; it takes over
 * `routeOf`, because who comes later is nearer to the routes.
 */
export function joinRecord<Req, Res>(req: Req, routeOf: RouteOf<Req, Res> | undefined): boolean {
  const record = (req as Marked<Req, Res>)[RECORD];
  if (record === undefined) return false;
  if (routeOf !== undefined) record.routeOf = routeOf;
  return true;
}
