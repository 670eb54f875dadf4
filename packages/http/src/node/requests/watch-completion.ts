import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasSocket, isGone, whenSocketCloses } from '../socket.ts';

/** Request whose completion is watched. */
export interface WatchedRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  /** Set for simulated responses, whose `writableFinished` cannot be trusted, when "finish" is emitted. */
  finished?: boolean;
  /** Called without `this` when the response has ended, completed or aborted. May be called more than once. */
  readonly end: () => void;
}

/**
 * Calls `end` when the response has ended, in whatever way. Adds no listener that changes Node's behaviour: a listener for
 * "timeout" would keep a timed-out socket open. "close" of the request is useless: it may be emitted before the response, or never.
 */
export function watchCompletion(watched: WatchedRequest): void {
  const { rawReq, rawRes } = watched;
  // Not `once`, which would wrap the listener. A second call of `end` does nothing.
  rawRes.on('close', watched.end);
  // A simulated request may have no version.
  if (!(rawReq.httpVersionMajor >= 2)) {
    if (!hasSocket(rawReq)) {
      // A simulated response has no socket to which `writableFinished` could refer, and may never emit "close".
      rawRes.on('finish', () => {
        watched.finished = true;
        watched.end();
      });
    } else if ((rawReq as { upgrade?: unknown }).upgrade === true) {
      // The response that a framework makes for a refused upgrade emits "close" only when its connection closes.
      // Prepended, because a framework may destroy the connection in its own listener.
      rawRes.prependListener('finish', watched.end);
    } else if (rawRes.socket === null && isTaken(rawReq.socket)) {
      // Only the response at the head of the queue has the socket; the others are pipelined behind.
      rawRes.on('close', whenSocketCloses(rawReq.socket, watched.end));
    }
  }
  if (isGone(rawReq, rawRes)) watched.end();
}

/**
 * True if a socket belongs to a response already. A response without a socket is then in the queue behind it; else it gets the
 * socket as soon as the diagnostics channel of a new request has been published.
 */
function isTaken(socket: object): boolean {
  const { _httpMessage: response } = socket as { readonly _httpMessage?: unknown };
  return response !== undefined && response !== null;
}
