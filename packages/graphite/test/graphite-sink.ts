import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import { eventually } from './eventually.ts';

/** Handles a connection, instead of reading it to its end. */
export type Serve = (socket: Socket, keep: (text: string) => void) => void;

/** Server that stores all received data until the end of the test. */
export class Sink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;
  /** All received data, connection after connection. */
  text = '';

  static async start(
    options: { readonly port?: number; readonly tls?: TlsOptions; readonly serve?: Serve } = {},
  ): Promise<Sink> {
    const sink = new Sink(options.tls, options.serve ?? readAll);
    sink.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(sink.#server, 'listening');
    onTestFinished(() => sink.stop());
    return sink;
  }

  private constructor(tls: TlsOptions | undefined, serve: Serve) {
    const onConnection = (socket: Socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
      serve(socket, (text) => {
        this.text += text;
      });
    };
    this.#server = tls === undefined ? createServer(onConnection) : createTlsServer(tls, onConnection);
    this.#server.on('tlsClientError', () => undefined);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.#sockets.size;
  }

  get lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }

  /** Lines without their times. */
  get series(): string[] {
    return this.lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
  }

  /** Resolves with the lines once there are `count` lines. */
  async untilLines(count: number): Promise<string[]> {
    return eventually(() => {
      if (this.lines.length < count)
        throw new Error(`${this.lines.length} lines of ${count}: ${this.text.slice(0, 1000)}`);
      return this.lines;
    });
  }

  /** Ends like a killed process: all connections are reset. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) {
      if (socket instanceof TLSSocket) socket.destroy();
      else socket.resetAndDestroy();
    }
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const readAll: Serve = (socket, keep) => {
  socket.setEncoding('utf8').on('data', keep);
};

/** Stores the datagrams that arrive at a port, until the end of the test. */
export async function datagramSink(): Promise<{ readonly port: number; readonly datagrams: string[] }> {
  const datagrams: string[] = [];
  const socket = createSocket('udp4');
  // Datagrams are read at once, because the buffer of the kernel is soon full on a busy machine.
  socket.on('message', (message) => datagrams.push(message.toString()));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return { port: socket.address().port, datagrams };
}
