import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A request that waits for its end. */
export interface WatchedRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** Whether the response said so itself; a simulated one has no `writableFinished` to ask. */
  finished: boolean;
  /** The requests that wait for the end of the same socket. */
  onSocket: Set<WatchedRequest> | undefined;
  /** Called when the response is over, one way or the other; may be called again. */
  end(): void;
}

/** How a response ended: with this status, and, unless it was completed, how far it had come. */
export interface Outcome {
  readonly status: number;
  readonly abortPhase: 'before_headers' | 'mid_response' | undefined;
}

/** nginx's status for a client that left before there was an answer. */
const CLIENT_CLOSED_REQUEST = 499;

const WATCHED: unique symbol = Symbol('promwright watched request');
const OPEN_REQUESTS: unique symbol = Symbol('promwright open requests');

interface Watchable {
  [WATCHED]?: WatchedRequest;
}
interface WatchableSocket {
  [OPEN_REQUESTS]?: Set<WatchedRequest>;
}

/**
 * Sees to it that `end` is called when the response has ended, however that comes about. Listens to nothing whose listeners
 * change what Node does: one for "timeout" would keep a timed-out socket open. "close" of the request is no sign of
 * anything: it may come before the response, or never.
 */
export function watchCompletion(watched: WatchedRequest): void {
  const { req, res } = watched;
  (res as Watchable)[WATCHED] = watched;
  // Not `once`, which would make a closure for each: a second call finds nothing left to do.
  res.on('finish', onFinish);
  res.on('close', onClose);
  // The socket of an HTTP/2 request belongs to many requests, and there "close" of the response always comes.
  if (req.httpVersionMajor < 2) watchSocket(req.socket, watched);
  // The client left before anybody looked: no event is to come.
  if (isGone(req, res)) watched.end();
}

/** No longer waits for the end of the socket. */
export function stopWatching(watched: WatchedRequest): void {
  watched.onSocket?.delete(watched);
  watched.onSocket = undefined;
}

function isGone(req: IncomingMessage, res: ServerResponse): boolean {
  if (req.httpVersionMajor < 2) return res.closed || req.socket?.destroyed;
  return (req as { stream?: { destroyed?: boolean } }).stream?.destroyed === true;
}

/** How the response ended, to be asked once it has. The status of a response without headers is only a default. */
export function outcomeOf({ req, res, finished }: WatchedRequest): Outcome {
  const { headersSent } = res;
  // A cancelled HTTP/2 stream also says "finish".
  const cancelled = req.httpVersionMajor >= 2 && req.aborted;
  const completed = (finished || res.writableFinished) && headersSent && !cancelled;
  return {
    status: headersSent ? res.statusCode : CLIENT_CLOSED_REQUEST,
    abortPhase: completed ? undefined : headersSent ? 'mid_response' : 'before_headers',
  };
}

/** On Node 20 a response that is queued behind another says nothing when the client leaves; its socket does. */
function watchSocket(socket: (Socket & WatchableSocket) | undefined, watched: WatchedRequest): void {
  // A simulated request may have none.
  if (typeof socket?.on !== 'function') return;
  let open = socket[OPEN_REQUESTS];
  if (open === undefined) {
    open = new Set();
    socket[OPEN_REQUESTS] = open;
    socket.on('close', onSocketClose);
  }
  open.add(watched);
  watched.onSocket = open;
}

function onFinish(this: ServerResponse & Watchable): void {
  const watched = this[WATCHED];
  if (watched !== undefined) watched.finished = true;
}

function onClose(this: ServerResponse & Watchable): void {
  this[WATCHED]?.end();
}

function onSocketClose(this: Socket & WatchableSocket): void {
  for (const watched of this[OPEN_REQUESTS] ?? []) watched.end();
}
