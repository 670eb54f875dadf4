import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasSocket } from '../socket.ts';

/**
 * Returns the object that an active request is attached to: the socket, or else the response. The socket of HTTP/2 carries any
 * number of requests, and a simulated socket may be unknown to the response.
 *
 * The request would be a slow carrier: Express gives each request and response a hidden class of its own, so that adding a
 * property takes a microsecond. A WeakMap costs the garbage collector even more.
 */
export function carrierOf(rawReq: IncomingMessage | undefined, rawRes: ServerResponse): object {
  const isOnSocket = rawReq?.httpVersionMajor === 1 && hasSocket(rawReq);
  return isOnSocket ? rawReq.socket : rawRes;
}
