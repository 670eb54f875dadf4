import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const WAITING: unique symbol = Symbol('promwright waiting for a socket');

interface Watched {
  [WAITING]?: Set<() => void>;
}

/** Whether a request of HTTP/1 has a socket: a simulated one counts no bytes. */
export function hasSocket(req: IncomingMessage): boolean {
  // Not what it is, which the socket would have to ask the system for.
  return typeof req.socket === 'object' && req.socket !== null && 'bytesWritten' in req.socket;
}

/**
 * Calls back when a socket closes: on Node 20 a response that is queued behind another says nothing then. There is one
 * listener for each socket, however many wait. Returns what ends the wait.
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

/** Whether the client left before anybody looked, so that no event is to come. */
export function isGone(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.httpVersionMajor < 2) return res.destroyed || req.socket?.destroyed;
  return (req as { stream?: { destroyed?: boolean } }).stream?.destroyed === true;
}

function onClose(this: Socket & Watched): void {
  for (const callback of this[WAITING] ?? []) callback();
}
