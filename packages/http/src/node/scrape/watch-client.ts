import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasSocket, isGone, whenSocketCloses } from '../socket.ts';

/** Says when the reader of a response has left. */
export interface WatchedClient {
  readonly signal: AbortSignal;
  /** Takes the listener off the response. */
  stop(): void;
}

/** Watches from now on; a reader who has left before has left. */
export function watchClient(req: IncomingMessage, res: ServerResponse): WatchedClient {
  const left = new AbortController();
  // After a finished response it would wake whoever listens for nothing.
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
