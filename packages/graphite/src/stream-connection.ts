import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { BackgroundIo } from '@promwright/exporter';
import { errorMessage } from '@promwright/model';
import { type Destination, destinationName, type GraphiteConnection } from './graphite-connection.ts';
import { GraphiteError, type GraphiteFailure } from './graphite-error.ts';

/** Address of a server, with options for TLS. */
export interface StreamDestination extends Destination {
  /** Options of `node:tls`; without them the connection is plain. */
  readonly tls: ConnectionOptions | undefined;
  /** Sees to it that neither connecting nor sending keeps the process alive. */
  readonly io: BackgroundIo;
}

/** Connection over TCP or TLS. It does not keep the process alive: if it is the only work, it fails. */
export class StreamConnection implements GraphiteConnection {
  readonly #socket: Socket;
  readonly #destination: StreamDestination;
  onBroken: GraphiteConnection['onBroken'];
  #brokenBy: GraphiteError | undefined;
  #isOpen = true;
  #isReady = false;
  #failure: unknown;
  #onFailure: ((reason: GraphiteFailure, cause?: unknown) => void) | undefined;

  /**
   * Connects, including the TLS handshake.
   * @throws GraphiteError if connecting fails or takes longer than `timeoutMs`
   */
  static async open(destination: StreamDestination, signal: AbortSignal): Promise<StreamConnection> {
    const { tls } = destination;
    const socket = openSocket(destination);
    const connection = new StreamConnection(socket, destination);
    let isConnected = false;
    socket.once('connect', () => {
      isConnected = true;
    });
    const onAbort = () => connection.#fail('connection', signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await connection.#run(
        (done) => socket.once(tls === undefined ? 'connect' : 'secureConnect', () => done()),
        () => (isConnected ? 'tls' : 'connect'),
      );
      connection.#isReady = true;
      return connection;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  private constructor(socket: Socket, destination: StreamDestination) {
    this.#socket = socket;
    this.#destination = destination;
    socket.unref();
    // A host with several addresses has a separate handle for each attempt.
    socket.on('connectionAttempt', () => socket.unref());
    // A small snapshot is one packet, and must not wait for another packet.
    socket.setNoDelay(true);
    // If the machine of a server vanishes, no packet reports it: without keep-alive, writes succeed for a quarter of an hour.
    socket.setKeepAlive(true, 30_000);
    socket.on('error', (error) => {
      this.#failure ??= error;
    });
    // A server that ends its side stops reading too: data sent from now on would be lost.
    socket.on('end', () => this.#fail('connection'));
    socket.on('close', () => this.#fail('connection'));
    // Discards the data of the server; unread data would hide the end of the connection.
    socket.resume();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get brokenBy(): GraphiteError | undefined {
    return this.#brokenBy;
  }

  send(bytes: Uint8Array): Promise<void> {
    return this.#run(
      // The callback comes when the kernel has all bytes; for TLS, all encrypted bytes.
      (done) => this.#socket.write(bytes, (error) => (error ? this.#fail('connection', error) : done())),
      () => 'connection',
    );
  }

  async end(): Promise<void> {
    if (this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve());
      this.#socket.end();
    });
  }

  destroy(): void {
    this.#fail('connection');
  }

  /**
   * Calls `begin` and resolves when `begin` calls its argument. Rejects when the connection fails, or after `timeoutMs`.
   * @param kindOf returns the kind of a failure other than a timeout
   */
  #run(begin: (done: () => void) => void, kindOf: () => GraphiteFailure): Promise<void> {
    const { io, timeoutMs } = this.#destination;
    const attempt = (givenUp: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => this.#fail('timeout'), timeoutMs).unref();
        givenUp.addEventListener('abort', () => this.#fail('connection', givenUp.reason), { once: true });
        this.#onFailure = (given, cause) => {
          clearTimeout(timer);
          this.#onFailure = undefined;
          reject(this.#error(given === 'timeout' ? given : kindOf(), cause ?? this.#failure));
        };
        if (!this.#isOpen) {
          this.#onFailure('connection');
          return;
        }
        begin(() => {
          clearTimeout(timer);
          this.#onFailure = undefined;
          resolve();
        });
      });
    return io.run(attempt);
  }

  #fail(reason: GraphiteFailure, cause?: unknown): void {
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    this.#socket.destroy();
    if (this.#onFailure !== undefined) this.#onFailure(reason, cause);
    else if (wasOpen && this.#failure !== undefined) {
      this.#brokenBy = this.#error(reason, this.#failure);
      this.onBroken?.();
    }
  }

  #error(given: GraphiteFailure, cause: unknown): GraphiteError {
    const reason = given === 'connection' && isTlsError(cause) ? 'tls' : given;
    const { timeoutMs } = this.#destination;
    const server = destinationName(this.#destination);
    const detail = cause === undefined ? '' : `: ${errorMessage(cause)}`;
    const text: Record<string, string> = {
      connect: `Graphite at ${server} cannot be reached${detail}`,
      tls: `Graphite at ${server} and this client do not agree on TLS${detail}`,
      timeout: `Graphite at ${server} did not ${this.#isReady ? 'accept any data' : 'respond'} within ${timeoutMs} ms`,
      connection: `Graphite at ${server} ended the connection${detail}`,
    };
    return new GraphiteError(reason, text[reason]!, cause === undefined ? undefined : { cause });
  }
}

function openSocket(destination: StreamDestination): Socket {
  const { host, port, tls } = destination;
  if (tls === undefined) return connect({ host, port });
  try {
    return connectTls({ ...tls, host, port });
  } catch (cause) {
    const message = `TLS to Graphite at ${destinationName(destination)} cannot begin: ${errorMessage(cause)}`;
    throw new GraphiteError('tls', message, { cause });
  }
}

/** Returns true for an error of TLS. An alert may arrive long after the client has connected. */
function isTlsError(cause: unknown): boolean {
  return /^ERR_(?:SSL|TLS)_/.test(String((cause as NodeJS.ErrnoException | undefined)?.code));
}
