import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { abortable } from '@promwright/exporter';
import { errorMessage } from '@promwright/model';
import { type Destination, destinationName, type GraphiteConnection } from './graphite-connection.ts';
import { GraphiteError } from './graphite-error.ts';

/**
 * Socket for datagrams to one server. The socket does not keep the process alive. UDP does not report whether a
 * datagram has arrived. Only a machine that runs but has no listener on the port may report an error, some time later.
 */
export class DatagramConnection implements GraphiteConnection {
  readonly #socket: Socket;
  readonly #destination: Destination;
  onBroken: GraphiteConnection['onBroken'];
  #isOpen = true;
  #isSending = false;
  #refused: unknown;

  /**
   * Looks up the host and creates the socket.
   * @throws GraphiteError if the host has no address, or the lookup takes longer than `timeoutMs`
   */
  static async open(destination: Destination, signal: AbortSignal): Promise<DatagramConnection> {
    const { host, timeoutMs } = destination;
    try {
      // Nothing can end a lookup. A result that comes too late is ignored.
      const giveUp = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const { address, family } = await abortable(lookup(host), giveUp);
      const socket = createSocket(family === 6 ? 'udp6' : 'udp4').unref();
      const connection = new DatagramConnection(socket, destination);
      await new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.connect(destination.port, address, () => {
          socket.off('error', reject);
          resolve();
        });
      });
      return connection;
    } catch (cause) {
      const message = `Graphite at ${destinationName(destination)} cannot be reached: ${errorMessage(cause)}`;
      throw new GraphiteError('connect', message, { cause });
    }
  }

  private constructor(socket: Socket, destination: Destination) {
    this.#socket = socket;
    this.#destination = destination;
    socket.on('error', (error) => {
      this.#refused = error;
      if (this.#isOpen && !this.#isSending) this.onBroken?.();
    });
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#refused === undefined;
  }

  get brokenBy(): GraphiteError | undefined {
    return this.#refused === undefined ? undefined : this.#error(this.#refused);
  }

  async send(bytes: Uint8Array): Promise<void> {
    this.#isSending = true;
    try {
      await new Promise<void>((resolve, reject) => {
        if (!this.isOpen) throw this.#refused ?? new Error('The socket is closed');
        this.#socket.send(bytes, (error) => (error ? reject(error) : resolve()));
      });
    } catch (cause) {
      throw this.#error(cause);
    } finally {
      this.#isSending = false;
    }
  }

  async end(): Promise<void> {
    this.destroy();
  }

  destroy(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#socket.close();
  }

  #error(cause: unknown): GraphiteError {
    const message = `Graphite at ${destinationName(this.#destination)} accepts no datagrams: ${errorMessage(cause)}`;
    return new GraphiteError('connection', message, { cause });
  }
}
