import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AbortPhase } from './request-recorder.ts';

/** A request that waits for its end. */
export interface WatchedRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  /** Whether the response said so itself, where it is listened to. */
  finished: boolean;
  /** The requests that wait for the end of the same socket. */
  onSocket: Set<WatchedRequest> | undefined;
  /** Called when the response is over, one way or the other; may be called again. */
  end(): void;
}

const WATCHED: unique symbol = Symbol('promwright watched request');
const QUEUED_REQUESTS: unique symbol = Symbol('promwright queued requests');

interface Watchable {
  [WATCHED]?: WatchedRequest;
}
interface WatchableSocket {
  [QUEUED_REQUESTS]?: Set<WatchedRequest>;
}

/**
 * Sees to it that `end` is called when the response has ended, however that comes about. Listens to nothing whose listeners
 * change what Node does: one for "timeout" would keep a timed-out socket open. "close" of the request is no sign of
 * anything: it may come before the response, or never.
 */
export function watchCompletion(watched: WatchedRequest): void {
  const { rawReq, rawRes } = watched;
  (rawRes as Watchable)[WATCHED] = watched;
  // Not `once`, which would make a closure for each: a second call finds nothing left to do.
  rawRes.on('close', onClose);
  const { socket } = rawReq;
  if (rawReq.httpVersionMajor >= 2) rawRes.on('finish', onFinish);
  // A simulated response has no socket whose bytes `writableFinished` could see go.
  else if (typeof (socket as Socket | undefined)?.bytesWritten !== 'number') rawRes.on('finish', onSimulatedFinish);
  // Only the response whose turn it is has the socket.
  else if (rawRes.socket === null) watchSocket(socket, watched);
  // The client left before anybody looked: no event is to come.
  if (isGone(rawReq, rawRes)) watched.end();
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

/** How far the response had come when it was aborted; `undefined` if it was completed. To be asked once it is over. */
export function abortPhaseOf({ rawReq, rawRes, finished }: WatchedRequest): AbortPhase | undefined {
  if (!rawRes.headersSent) return 'before_headers';
  // A cancelled HTTP/2 stream also says "finish".
  const cancelled = rawReq.httpVersionMajor >= 2 && rawReq.aborted;
  return (finished || rawRes.writableFinished) && !cancelled ? undefined : 'mid_response';
}

/** On Node 20 a response that is queued behind another says nothing when the client leaves; its socket does. */
function watchSocket(socket: Socket & WatchableSocket, watched: WatchedRequest): void {
  let queued = socket[QUEUED_REQUESTS];
  if (queued === undefined) {
    queued = new Set();
    socket[QUEUED_REQUESTS] = queued;
    socket.on('close', onSocketClose);
  }
  queued.add(watched);
  watched.onSocket = queued;
}

function onFinish(this: ServerResponse & Watchable): void {
  const watched = this[WATCHED];
  if (watched !== undefined) watched.finished = true;
}

/** Some simulations never say "close". */
function onSimulatedFinish(this: ServerResponse & Watchable): void {
  const watched = this[WATCHED];
  if (watched === undefined) return;
  watched.finished = true;
  watched.end();
}

function onClose(this: ServerResponse & Watchable): void {
  this[WATCHED]?.end();
}

function onSocketClose(this: Socket & WatchableSocket): void {
  for (const watched of this[QUEUED_REQUESTS] ?? []) watched.end();
}
