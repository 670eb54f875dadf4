import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasSocket, isGone, whenSocketCloses } from '../socket.ts';

/** Watch on the client of a response. */
export interface WatchedClient {
  /** Aborted when the client has left before the response was sent. */
  readonly signal: AbortSignal;
  /** Removes the listener from the response. */
  stop(): void;
}

/** Watches the client of a response. Also recognises a client that has already left. */
export function watchClient(req: IncomingMessage, res: ServerResponse): WatchedClient {
  const left = new AbortController();
  // Not after a finished response, so that its listeners are not called for nothing.
  const onClose = () => {
    if (!res.writableFinished) left.abort();
  };
  res.on('close', onClose);
  const isOfSocket = req.httpVersionMajor < 2 && hasSocket(req);
  const stopWaiting = isOfSocket ? whenSocketCloses(req.socket, onClose) : undefined;
  if (isGone(req, res)) onClose();
  return {
    signal: left.signal,
    stop() {
      res.off('close', onClose);
      stopWaiting?.();
    },
  };
}
