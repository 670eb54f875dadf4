import type { Server } from 'node:http';
import { Duplex } from 'node:stream';

/**
 * Connection whose other end is in this process: requests and responses pass through Node's parser and streams but not through
 * the kernel. One request at a time.
 */
export class InjectedConnection extends Duplex {
  // Properties and methods of a socket that servers and instrumentations use.
  readonly remoteAddress = '127.0.0.1';
  bytesRead = 0;
  bytesWritten = 0;
  readonly #request: Buffer;
  #left = 0;
  #done: (() => void) | undefined;

  constructor(server: Server, request: string) {
    super();
    this.#request = Buffer.from(request);
    server.emit('connection', this);
  }

  /** Sends `times` requests, each after the response to the previous request. */
  send(times: number): Promise<void> {
    return new Promise((resolve) => {
      this.#left = times;
      this.#done = resolve;
      this.#next();
    });
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): void {}

  setKeepAlive(): void {}

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#written(chunk);
    done();
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    for (const { chunk } of chunks) this.#written(chunk);
    done();
  }

  #written(chunk: Buffer): void {
    this.bytesWritten += chunk.length;
    if (chunk.toString('latin1', 0, 5) !== 'HTTP/') return;
    const status = chunk.toString('latin1', 9, 12);
    if (status !== '200') throw new Error(`The application answered ${status}`);
    this.#left--;
    setImmediate(() => (this.#left > 0 ? this.#next() : this.#done?.()));
  }

  #next(): void {
    this.bytesRead += this.#request.length;
    this.push(this.#request);
  }
}
