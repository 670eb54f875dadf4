import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { GatewayAddress } from './gateway-address.ts';

/** One request. */
export interface GatewayRequest {
  readonly address: GatewayAddress;
  readonly agent: Agent;
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What came of it: an answer, or what kept it from coming. */
export type RequestResult =
  | { readonly status: number; readonly text: string }
  /** `isStale`: the connection had served before, and the server may have ended it before it saw the request. */
  | { readonly error: Error; readonly isStale: boolean };

/** As much of an answer as is read, in bytes. */
const MAX_RESPONSE_BYTES = 8192;

/**
 * Sends a request and reads the answer. An answer counts by its status, whatever becomes of its body. Neither the socket nor
 * the timer keeps the program running.
 * @throws the signal's reason, when that is aborted
 */
export function sendRequest(options: GatewayRequest): Promise<RequestResult> {
  const { address, agent, method, path, body, timeoutMs, signal } = options;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const send = address.protocol === 'https:' ? httpsRequest : httpRequest;
    const req = send({
      agent,
      method,
      path,
      hostname: address.hostname,
      port: address.port ?? null,
      headers: { ...options.headers, 'Content-Length': body?.length ?? 0 },
    });
    const abort = () => {
      reject(signal.reason);
      req.destroy();
    };
    const late = new Error(`no answer within ${timeoutMs} ms`);
    const timer = setTimeout(() => req.destroy(late), timeoutMs).unref();
    signal.addEventListener('abort', abort, { once: true });
    req.on('socket', (socket) => unrefSocket(socket, req));
    let isAnswered = false;
    req.on('response', (res) => {
      isAnswered = true;
      void readResponse(req, res).then(resolve);
    });
    req.on('error', (error) => {
      if (!isAnswered) resolve({ error, isStale: req.reusedSocket && isEndOfConnection(error) });
    });
    req.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    });
    req.end(body);
  });
}

/** Lets the program end in spite of the socket. */
function unrefSocket(socket: Socket, req: ClientRequest): void {
  socket.unref();
  if (req.reusedSocket) return;
  // Each address that is tried has a handle of its own, which does hold the program.
  const again = () => void socket.unref();
  socket.on('connectionAttempt', again);
  socket.once('connect', () => {
    socket.off('connectionAttempt', again);
    socket.unref();
  });
}

function readResponse(req: ClientRequest, res: IncomingMessage): Promise<RequestResult> {
  const parts: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    const done = () => resolve({ status: res.statusCode ?? 0, text: Buffer.concat(parts).toString() });
    res.on('data', (part: Buffer) => {
      parts.push(part.subarray(0, MAX_RESPONSE_BYTES - length));
      length += part.length;
      if (length < MAX_RESPONSE_BYTES) return;
      // The rest could go on for ever.
      req.destroy();
      done();
    });
    res.on('error', done);
    res.on('close', done);
  });
}

function isEndOfConnection(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ECONNRESET' || error.code === 'EPIPE';
}
