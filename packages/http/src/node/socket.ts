import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';

// Registered by name: two copies of this package share the listener of a socket.
const WAITING: unique symbol = Symbol.for('@promwright/http-socket-waiting@1') as never;

interface Watched {
  [WAITING]?: Set<() => void>;
}

/** True for an HTTP/1 request with a real socket. A simulated socket counts no bytes. */
export function hasSocket(req: IncomingMessage): boolean {
  // Not `bytesWritten` itself: the socket would ask the system for the value.
  return typeof req.socket === 'object' && req.socket !== null && 'bytesWritten' in req.socket;
}

/**
 * Calls back when a socket closes: on Node 20 a response in the queue behind another response emits no event. Adds one listener
 * per socket for any number of callbacks. Returns a function that removes the callback.
 */
export function whenSocketCloses(socket: Socket & Watched, callback: () => void): () => void {
  let waiting = socket[WAITING];
  if (waiting === undefined) {
    waiting = new Set();
    socket[WAITING] = waiting;
    socket.on('close', onClose);
  }
  waiting.add(callback);
  return () => void waiting.delete(callback);
}

/** Returns the stream of a response of HTTP/2. */
export function streamOf(res: ServerResponse): ServerHttp2Stream {
  return (res as unknown as Http2ServerResponse).stream;
}

/** True for a request whose connection has left HTTP before the framework received the request: its response has no connection. */
export function isUpgraded(req: IncomingMessage, res: ServerResponse | undefined): boolean {
  return (req as { upgrade?: unknown }).upgrade === true && !res?.socket;
}

/** True if the client has already left; no event will follow. */
export function isGone(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.httpVersionMajor < 2) return res.destroyed || req.socket?.destroyed;
  return (req as { stream?: { destroyed?: boolean } }).stream?.destroyed === true;
}

function onClose(this: Socket & Watched): void {
  for (const callback of this[WAITING] ?? []) callback();
}
