import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished, vi } from 'vitest';

/** Received request. */
export interface Received {
  readonly method: string;
  /** Path as written in the request. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Decompressed body. */
  readonly text: string;
}

/** Responds to a request; `count` is 1 for the first request. */
export type Respond = (res: ServerResponse, count: number, received: Received) => void;

/** Responds like a Pushgateway. */
const acceptAll: Respond = (res, _count, { method }) => void res.writeHead(method === 'DELETE' ? 202 : 200).end();

/** Responds with the statuses one after the other, and with the last one to all further requests. */
export function statuses(...list: readonly number[]): Respond {
  return (res, count) => void res.writeHead(list[Math.min(count, list.length) - 1]!).end(`response ${count}\n`);
}

/** Server that stores all pushes until the end of the test. */
export class GatewaySink {
  readonly received: Received[] = [];
  /** All connections, including closed ones. */
  readonly sockets: Socket[] = [];
  respond: Respond;
  readonly #server: Server;
  readonly #scheme: string;

  static async start(respond: Respond = acceptAll, tls?: ServerOptions, port = 0): Promise<GatewaySink> {
    const sink = new GatewaySink(respond, tls);
    await once(sink.#server.listen(port, '127.0.0.1'), 'listening');
    onTestFinished(() => sink.stop());
    return sink;
  }

  private constructor(respond: Respond, tls: ServerOptions | undefined) {
    this.respond = respond;
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer() : createHttpsServer(tls);
    // The client must close connections that it does not need.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('connection', (socket: Socket) => this.sockets.push(socket));
    this.#server.on('request', async (req, res) => {
      const bytes = await buffer(req).catch(() => Buffer.alloc(0));
      const text = req.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const received = { method: req.method!, path: req.url!, headers: req.headers, bytes, text: text.toString() };
      this.received.push(received);
      this.respond(res, this.received.length, received);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** Number of open connections. */
  get open(): number {
    return this.sockets.filter((socket) => !socket.destroyed).length;
  }

  /** Resolves when `count` requests have arrived. */
  async until(count: number): Promise<void> {
    await eventually(() => {
      if (this.received.length < count) throw new Error(`${this.received.length} of ${count} requests came`);
    });
  }

  /** Closes the port and all connections. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}

/** Repeats `check` until it succeeds, and returns its result. Gives up after 15 s, longer than the slowest machine takes. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 });
}
