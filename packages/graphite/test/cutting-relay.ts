import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Point at which a {@link CuttingRelay} ends its first connection. */
export interface Cut {
  /** Number of bytes of the client to pass on before. */
  readonly bytes: number;
  readonly how: 'closes' | 'resets';
}

/** Relay to a port of this machine that ends its first connection after a number of bytes. Later connections are whole. */
export class CuttingRelay {
  readonly #target: number;
  readonly #cut: Cut;
  #connections = 0;
  /** Local port of the first connection to the target. */
  firstPort: number | undefined;
  /** Number of bytes of the client on the first connection. */
  received = 0;
  readonly port: number;
  /** Resolves once the first connection is closed on both sides. */
  readonly ended: Promise<void>;
  #end: () => void = () => undefined;

  static async start(target: number, cut: Cut): Promise<CuttingRelay> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const relay = new CuttingRelay(target, cut, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => relay.#pass(socket));
    onTestFinished(() => void server.close());
    return relay;
  }

  private constructor(target: number, cut: Cut, port: number) {
    this.#target = target;
    this.#cut = cut;
    this.port = port;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  #pass(client: Socket): void {
    const isFirst = this.#connections++ === 0;
    const server = connect(this.#target, '127.0.0.1');
    client.on('error', () => undefined).on('close', () => server.end());
    // No pipe: it would stop to read once the client is gone, and unread data would keep the connection to the server open.
    server.on('error', () => undefined).on('data', (chunk) => client.writable && client.write(chunk));
    server.on('end', () => client.end());
    if (!isFirst) {
      client.pipe(server);
      return;
    }
    server.on('connect', () => {
      this.firstPort = server.localPort;
    });
    client.on('close', () => server.on('close', this.#end));
    const { bytes, how } = this.#cut;
    const end = () => (how === 'closes' ? client.end() : client.resetAndDestroy());
    client.on('data', (chunk: Buffer) => {
      const left = bytes - this.received;
      this.received += chunk.length;
      if (left <= 0) return;
      server.write(chunk.subarray(0, left));
      if (left <= chunk.length) end();
    });
    if (bytes === 0) end();
  }
}
