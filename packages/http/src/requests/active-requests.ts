import type { RouteOf } from './request-record.ts';

// Registered by name: a request that passes two copies of this package is counted once.
const ACTIVE: unique symbol = Symbol.for('@promwright/http-open@1') as never;
const OWN: unique symbol = Symbol.for('@promwright/http-own-open@1') as never;

interface OwnCarrier {
  [OWN]?: AttachedRequest | undefined;
}

/**
 * State of a request in flight that another copy of this package, or the instrumentation of another kind of server, may read
 * and change.
 */
export interface AttachedRequest {
  routeOf: RouteOf<never, never> | undefined;
  routeSet: unknown;
}

/** Object that requests in flight are attached to: a socket or response of Node, or a `Request` of the fetch standard. */
export interface Carrier<R = AttachedRequest> {
  [ACTIVE]?: R | undefined;
}

/** Link of the list on a carrier. An HTTP/1 socket with pipelined requests carries several. */
interface Linked<R> {
  readonly carrier: Carrier<R>;
  nextOnCarrier: R | undefined;
}

/** Attaches a request to its carrier. */
export function attach<R extends Linked<R>>(request: R): void {
  const { carrier } = request;
  request.nextOnCarrier = carrier[ACTIVE];
  carrier[ACTIVE] = request;
}

/** Detaches a request from its carrier, so that an idle socket keeps no request alive. Does nothing if it is not attached. */
export function detach<R extends Linked<R>>(request: R): void {
  const { carrier } = request;
  let active = carrier[ACTIVE];
  if (active === request) {
    carrier[ACTIVE] = request.nextOnCarrier;
    return;
  }
  while (active !== undefined && active.nextOnCarrier !== request) active = active.nextOnCarrier;
  if (active !== undefined) active.nextOnCarrier = request.nextOnCarrier;
}

/**
 * Attaches a request of HTTP/2 or a simulated request to the object of the request too: its carrier is the response, to which no
 * property of the request leads.
 */
export function attachToReq(rawReq: object, request: AttachedRequest): void {
  (rawReq as OwnCarrier)[OWN] = request;
}

/** Detaches a request from the object of the request. Does nothing if it is not attached. */
export function detachFromReq(rawReq: object, request: AttachedRequest): void {
  if ((rawReq as OwnCarrier)[OWN] === request) (rawReq as OwnCarrier)[OWN] = undefined;
}

/** Returns the newest request that is attached to a carrier. */
export function attachedTo<R>(carrier: Carrier<R>): R | undefined {
  return carrier[ACTIVE];
}

/** Returns the active request of a response of Node. */
export function byResponse<R extends Linked<R> & { readonly rawRes: object }>(
  rawRes: object,
  carrier: Carrier<R>,
): R | undefined {
  let active = carrier[ACTIVE];
  while (active !== undefined && active.rawRes !== rawRes) active = active.nextOnCarrier;
  return active;
}

/** Returns the active request of a request of Node. */
export function byRequest(rawReq: object): AttachedRequest | undefined {
  const { socket } = rawReq as { readonly socket?: Carrier<NodeAttachedRequest> | null };
  let active = socket?.[ACTIVE];
  while (active !== undefined && active.rawReq !== rawReq) active = active.nextOnCarrier;
  return active ?? (rawReq as OwnCarrier)[OWN];
}

interface NodeAttachedRequest extends AttachedRequest {
  readonly rawReq: object;
  readonly nextOnCarrier: NodeAttachedRequest | undefined;
}
