import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { errorMessage } from '@promwright/model';
import { type Destination, destinationName, type GraphiteConnection } from './graphite-connection.ts';
import { GraphiteError, type GraphiteFailure } from './graphite-error.ts';

/** Where a connection is to go, and with what kind of security. */
export interface StreamDestination extends Destination {
  /** Options of `node:tls`; without them the connection is plain. */
  readonly tls: ConnectionOptions | undefined;
}

/** A connection by TCP or TLS, which keeps no program alive. */
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
   * Connects, TLS included.
   * @throws GraphiteError if that fails, or takes too long
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
    // Where a name has several addresses, each attempt has a handle of its own.
    socket.on('connectionAttempt', () => socket.unref());
    // A small snapshot is one packet, and waits for no other.
    socket.setNoDelay(true);
    // A server whose machine vanished says nothing; without this one could write to it for a quarter of an hour.
    socket.setKeepAlive(true, 30_000);
    socket.on('error', (error) => {
      this.#failure ??= error;
    });
    // A server that ends its side reads no more either: what is sent from now on would be lost.
    socket.on('end', () => this.#fail('connection'));
    socket.on('close', () => this.#fail('connection'));
    // What it says is of no interest, but unread it would hide that the connection ends.
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
      // The callback comes when the kernel has all of it, or for TLS when the encrypted bytes are there.
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

  /** What `begin` says is done; fails when the connection does, or when it takes too long. */
  #run(begin: (done: () => void) => void, kindOf: () => GraphiteFailure): Promise<void> {
    const { timeoutMs } = this.#destination;
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => this.#fail('timeout'), timeoutMs).unref();
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
    const said = cause === undefined ? '' : `: ${errorMessage(cause)}`;
    const text: Record<string, string> = {
      connect: `Graphite at ${server} cannot be reached${said}`,
      tls: `Graphite at ${server} and this side do not agree on TLS${said}`,
      timeout: `Graphite at ${server} did not ${this.#isReady ? 'take anything' : 'answer'} within ${timeoutMs} ms`,
      connection: `Graphite at ${server} ended the connection${said}`,
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

/** An alert may come long after the client believes that it is connected. */
function isTlsError(cause: unknown): boolean {
  return /^ERR_(?:SSL|TLS)_/.test(String((cause as NodeJS.ErrnoException | undefined)?.code));
}
