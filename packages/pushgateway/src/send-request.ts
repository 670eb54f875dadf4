import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { BackgroundIo } from '@promwright/exporter';
import type { GatewayAddress } from './gateway-address.ts';
import { retryAfterMs } from './retry-after.ts';

/** Request to a Pushgateway. */
export interface GatewayRequest {
  readonly address: GatewayAddress;
  readonly agent: Agent;
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly io: BackgroundIo;
}

/** Response to a request, or the error that prevented the response. */
export type RequestResult =
  | {
      readonly status: number;
      readonly text: string;
      /** Time that the server asks to wait before the next request, in milliseconds; undefined if it does not ask. */
      readonly retryAfterMs: number | undefined;
    }
  /** `isStale`: true if the connection was reused, so that the server may have closed it before it saw the request. */
  | { readonly error: Error; readonly isStale: boolean };

/** Limit of the response body that is read. */
const MAX_RESPONSE_BYTES = 8192;

/**
 * Sends a request and reads the response. Settles within `timeoutMs`, however the server ends the exchange. Once the status of
 * the response is known, a failure to read the body is ignored. Redirects are not followed. Does not keep the process alive: a
 * request that is its only work is given up, as after `timeoutMs`.
 * @throws the signal's reason if the signal aborts
 */
export function sendRequest(options: GatewayRequest): Promise<RequestResult> {
  return options.io.run((givenUp) => exchange(options, givenUp));
}

function exchange(options: GatewayRequest, givenUp: AbortSignal): Promise<RequestResult> {
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
    const giveUp = (error: Error) => {
      req.destroy(error);
      if (!hasResponse) resolve({ error, isStale: false });
    };
    const timer = setTimeout(() => giveUp(new Error(`no response within ${timeoutMs} ms`)), timeoutMs).unref();
    givenUp.addEventListener('abort', () => giveUp(givenUp.reason), { once: true });
    signal.addEventListener('abort', abort, { once: true });
    req.on('socket', (socket) => unrefSocket(socket, req));
    let hasResponse = false;
    req.on('response', (res) => {
      hasResponse = true;
      void readResponse(req, res).then(resolve);
    });
    req.on('error', (error) => {
      if (!hasResponse) resolve({ error, isStale: req.reusedSocket && isEndOfConnection(error) });
    });
    req.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      // Node closes a request without an error after status 101, because nobody listens to "upgrade".
      if (!hasResponse)
        resolve({ error: new Error('the server ended the exchange without a response'), isStale: false });
    });
    req.end(body);
  });
}

/** Unrefs the socket, so that it does not keep the process alive. */
function unrefSocket(socket: Socket, req: ClientRequest): void {
  socket.unref();
  if (req.reusedSocket) return;
  // Each address of the host has a separate handle, which would keep the process alive.
  const unref = () => void socket.unref();
  socket.on('connectionAttempt', unref);
  socket.once('connect', () => {
    socket.off('connectionAttempt', unref);
    socket.unref();
  });
}

function readResponse(req: ClientRequest, res: IncomingMessage): Promise<RequestResult> {
  const parts: Buffer[] = [];
  let length = 0;
  return new Promise((resolve) => {
    const done = () =>
      resolve({
        status: res.statusCode ?? 0,
        text: Buffer.concat(parts).toString(),
        retryAfterMs: retryAfterMs(res.headers['retry-after'], res.headers.date),
      });
    res.on('data', (part: Buffer) => {
      parts.push(part.subarray(0, MAX_RESPONSE_BYTES - length));
      length += part.length;
      if (length < MAX_RESPONSE_BYTES) return;
      // The rest of the body may be endless.
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
