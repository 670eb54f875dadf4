import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Says when the reader of a response has left. */
export interface WatchedReader {
  readonly signal: AbortSignal;
  /** Takes the listener off the response. */
  stop(): void;
}

const WAITING: unique symbol = Symbol('promwright waiting readers');

interface WatchableSocket extends Socket {
  [WAITING]?: Set<AbortController>;
}

/** Watches from now on; a reader who has left before has left. */
export function watchReader(req: IncomingMessage, res: ServerResponse): WatchedReader {
  const left = new AbortController();
  const onClose = () => left.abort();
  res.on('close', onClose);
  // A response that is queued behind another may say nothing when the connection closes; its socket does.
  const waiting = hasSocket(req) ? waitingOn(req.socket) : undefined;
  waiting?.add(left);
  if (isGone(req, res)) onClose();
  return {
    signal: left.signal,
    stop() {
      res.off('close', onClose);
      waiting?.delete(left);
    },
  };
}

/** A simulated socket counts no bytes. */
function hasSocket(req: IncomingMessage): boolean {
  return req.httpVersionMajor < 2 && typeof req.socket?.bytesWritten === 'number';
}

function isGone(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.httpVersionMajor < 2) return res.closed || req.socket?.destroyed;
  return (req as { stream?: { destroyed?: boolean } }).stream?.destroyed === true;
}

/** One listener for each socket, however many requests are queued on it. */
function waitingOn(socket: WatchableSocket): Set<AbortController> {
  let waiting = socket[WAITING];
  if (waiting === undefined) {
    waiting = new Set();
    socket[WAITING] = waiting;
    socket.on('close', onSocketClose);
  }
  return waiting;
}

function onSocketClose(this: WatchableSocket): void {
  for (const left of this[WAITING] ?? []) left.abort();
}
