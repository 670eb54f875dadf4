import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasSocket, isGone, whenSocketCloses } from '../socket.ts';

/** A request that waits for its end. */
export interface WatchedRequest {
  readonly rawReq: IncomingMessage;
  readonly rawRes: ServerResponse;
  /** Set where the response itself says that it is finished, and cannot be asked. */
  finished?: boolean;
  /** Called, on no object, when the response is over, one way or the other; may be called again. */
  readonly end: () => void;
}

/**
 * Sees to it that `end` is called when the response has ended, however that comes about. Listens to nothing whose listeners
 * change what Node does: one for "timeout" would keep a timed-out socket open. "close" of the request is no sign of
 * anything: it may come before the response, or never.
 */
export function watchCompletion(watched: WatchedRequest): void {
  const { rawReq, rawRes } = watched;
  // Not `once`, which would wrap the listener: a second call finds nothing left to do.
  rawRes.on('close', watched.end);
  if (rawReq.httpVersionMajor >= 2) {
    rawRes.on('finish', () => {
      watched.finished = true;
    });
  } else if (!hasSocket(rawReq)) {
    // A simulated response has no socket whose bytes `writableFinished` could see go, and may never say "close".
    rawRes.on('finish', () => {
      watched.finished = true;
      watched.end();
    });
  } else if (rawRes.socket === null) {
    // Only the response whose turn it is has the socket; the others are queued.
    rawRes.on('close', whenSocketCloses(rawReq.socket, watched.end));
  }
  if (isGone(rawReq, rawRes)) watched.end();
}
