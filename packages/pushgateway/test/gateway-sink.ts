import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished, vi } from 'vitest';

/** A request as it arrived. */
export interface Received {
  readonly method: string;
  /** The path, as it stood in the request. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** What was pushed, decompressed. */
  readonly text: string;
}

/** Answers a request; `count` is 1 for the first. */
export type Answering = (res: ServerResponse, count: number, received: Received) => void;

/** As a Pushgateway does. */
const takeAll: Answering = (res, _count, { method }) => void res.writeHead(method === 'DELETE' ? 202 : 200).end();

/** Statuses one after the other, the last one for all that follow. */
export function statuses(...list: readonly number[]): Answering {
  return (res, count) => void res.writeHead(list[Math.min(count, list.length) - 1]!).end(`answer ${count}\n`);
}

/** Takes what is pushed and keeps it; ends with the test. */
export class GatewaySink {
  readonly received: Received[] = [];
  /** All connections there have been. */
  readonly sockets: Socket[] = [];
  answering: Answering;
  readonly #server: Server;
  readonly #scheme: string;

  static async start(answering: Answering = takeAll, tls?: ServerOptions, port = 0): Promise<GatewaySink> {
    const sink = new GatewaySink(answering, tls);
    await once(sink.#server.listen(port, '127.0.0.1'), 'listening');
    onTestFinished(() => sink.stop());
    return sink;
  }

  private constructor(answering: Answering, tls: ServerOptions | undefined) {
    this.answering = answering;
    this.#scheme = tls === undefined ? 'http' : 'https';
    this.#server = tls === undefined ? createServer() : createHttpsServer(tls);
    // It is for the other side to close what it does not need.
    this.#server.keepAliveTimeout = 0;
    this.#server.on('connection', (socket: Socket) => this.sockets.push(socket));
    this.#server.on('request', async (req, res) => {
      const bytes = await buffer(req).catch(() => Buffer.alloc(0));
      const text = req.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
      const received = { method: req.method!, path: req.url!, headers: req.headers, bytes, text: text.toString() };
      this.received.push(received);
      this.answering(res, this.received.length, received);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  /** How many connections are open. */
  get open(): number {
    return this.sockets.filter((socket) => !socket.destroyed).length;
  }

  /** Resolves when so many requests have come. */
  async until(count: number): Promise<void> {
    await eventually(() => {
      if (this.received.length < count) throw new Error(`${this.received.length} of ${count} requests came`);
    });
  }

  /** Closes the port and breaks all connections off. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}

/** Until a promise is fulfilled in which `check` does not throw; for longer than the slowest machine takes. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 5 });
}
