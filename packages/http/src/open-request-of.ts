import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NodeRequest } from './node-request.ts';

// By name, so that a request which passes two copies of this package is counted once.
const OPEN: unique symbol = Symbol.for('@promwright/http-open@1') as never;

interface Holder {
  [OPEN]?: NodeRequest | undefined;
}

/**
 * Where the records of a request are kept: on its socket, as a list. Express gives each request and response a hidden class
 * of its own, so that a property takes a microsecond to add, and a WeakMap costs the garbage collector more than that. The
 * socket of HTTP/2 has any number of requests, and a simulated one need not be known to the response: there the response
 * itself is the place.
 */
function holderOf(rawReq: IncomingMessage | undefined, rawRes: ServerResponse): Holder {
  const socket = rawReq?.socket;
  const isOwn = rawReq?.httpVersionMajor === 1 && typeof socket?.bytesWritten === 'number';
  return (isOwn ? socket : rawRes) as Holder;
}

/** The record that is being kept of a response, perhaps by another copy of this package. */
export function openRequestOf(rawRes: ServerResponse): NodeRequest | undefined {
  // A simulated response may not know its request.
  let open = holderOf(rawRes.req as IncomingMessage | undefined, rawRes)[OPEN];
  while (open !== undefined && open.rawRes !== rawRes) open = open.nextOnSocket;
  return open;
}

/** As {@link openRequestOf}, by Node's request; does not find simulated ones, nor those of HTTP/2. */
export function openRequestByReq(rawReq: object): NodeRequest | undefined {
  let open = (rawReq as { socket?: Holder }).socket?.[OPEN];
  while (open !== undefined && open.rawReq !== rawReq) open = open.nextOnSocket;
  return open;
}

/** A record is kept from now on. */
export function keepOpenRequest(request: NodeRequest): void {
  const holder = holderOf(request.rawReq, request.rawRes);
  request.nextOnSocket = holder[OPEN];
  holder[OPEN] = request;
}

/** A record is kept no longer, so that an idle socket holds no request. */
export function dropOpenRequest(request: NodeRequest): void {
  const holder = holderOf(request.rawReq, request.rawRes);
  let open = holder[OPEN];
  if (open === request) {
    holder[OPEN] = request.nextOnSocket;
    return;
  }
  while (open !== undefined && open.nextOnSocket !== request) open = open.nextOnSocket;
  if (open !== undefined) open.nextOnSocket = request.nextOnSocket;
}

/** All records that are kept of a socket. */
export function* openRequestsOn(socket: object): Generator<NodeRequest, void, undefined> {
  for (let open = (socket as Holder)[OPEN]; open !== undefined; ) {
    // It may be dropped on the way.
    const next: NodeRequest | undefined = open.nextOnSocket;
    yield open;
    open = next;
  }
}
