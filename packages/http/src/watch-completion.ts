import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { openRequestsOn } from './open-request-of.ts';

/** A request that waits for its end. */
export interface WatchedRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  /** Set where the response itself says that it is finished, and cannot be asked. */
  finished?: boolean;
  /** Called, on no object, when the response is over, one way or the other; may be called again. */
  readonly end: () => void;
}

const WATCHED: unique symbol = Symbol('promwright watched socket');

/**
 * Sees to it that `end` is called when the response has ended, however that comes about. Listens to nothing whose listeners
 * change what Node does: one for "timeout" would keep a timed-out socket open. "close" of the request is no sign of
 * anything: it may come before the response, or never.
 */
export function watchCompletion(watched: WatchedRequest): void {
  const { rawReq, rawRes } = watched;
  // Not `once`, which would wrap the listener: a second call finds nothing left to do.
  rawRes.on('close', watched.end);
  const { socket } = rawReq;
  if (rawReq.httpVersionMajor >= 2) {
    rawRes.on('finish', () => {
      watched.finished = true;
    });
    const { stream } = rawReq as { stream?: { destroyed?: boolean } };
    if (stream?.destroyed) watched.end();
    return;
  }
  if (typeof (socket as Socket | undefined)?.bytesWritten !== 'number') {
    // A simulated response has no socket whose bytes `writableFinished` could see go, and may never say "close".
    rawRes.on('finish', () => {
      watched.finished = true;
      watched.end();
    });
  } else if (rawRes.socket === null) {
    // Only the response whose turn it is has the socket.
    watchSocket(socket);
  }
  // The client left before anybody looked: no event is to come.
  if (rawRes.destroyed || socket?.destroyed) watched.end();
}

/** On Node 20 a response that is queued behind another says nothing when the client leaves; its socket does. */
function watchSocket(socket: Socket & { [WATCHED]?: true }): void {
  if (socket[WATCHED]) return;
  socket[WATCHED] = true;
  socket.on('close', onSocketClose);
}

function onSocketClose(this: Socket): void {
  for (const request of openRequestsOn(this)) request.end();
}
