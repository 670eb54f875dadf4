import type { IncomingMessage, ServerResponse } from 'node:http';
import { attachedTo, type Carrier, keepOn } from '../../requests/active-requests.ts';
import { hasSocket } from '../socket.ts';
import type { NodeRequest } from './node-request.ts';

/** Where the records of a request are kept. */
export type NodeCarrier = Carrier<NodeRequest>;

/**
 * Records are kept on the socket, as a list. Express gives each request and response a hidden class of its own, so that a
 * property takes a microsecond to add, and a WeakMap costs the garbage collector more than that. The socket of HTTP/2 has any
 * number of requests, and a simulated one need not be known to the response: there the response itself is the place.
 */
export function carrierOf(rawReq: IncomingMessage | undefined, rawRes: ServerResponse): NodeCarrier {
  const isOnSocket = rawReq?.httpVersionMajor === 1 && hasSocket(rawReq);
  return (isOnSocket ? rawReq.socket : rawRes) as NodeCarrier;
}

/** The record that is being kept of a response, perhaps by another copy of this package. */
export function byResponse(
  rawRes: ServerResponse,
  // A simulated response may not know its request.
  place: NodeCarrier = carrierOf(rawRes.req as IncomingMessage | undefined, rawRes),
): NodeRequest | undefined {
  let open = attachedTo(place);
  while (open !== undefined && open.rawRes !== rawRes) open = open.nextOnSocket;
  return open;
}

/** A record is kept from now on. */
export function attach(request: NodeRequest): void {
  const { carrier } = request;
  request.nextOnSocket = attachedTo(carrier);
  keepOn(carrier, request);
}

/** A record is kept no longer, so that an idle socket holds no request. */
export function detach(request: NodeRequest): void {
  const { carrier } = request;
  let open = attachedTo(carrier);
  if (open === request) {
    keepOn(carrier, request.nextOnSocket);
    return;
  }
  while (open !== undefined && open.nextOnSocket !== request) open = open.nextOnSocket;
  if (open !== undefined) open.nextOnSocket = request.nextOnSocket;
}
