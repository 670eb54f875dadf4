import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Connections of a server, in order to close them: Node's own methods do not see connections that have sent nothing yet. */
export class OpenConnections {
  /** Sockets as accepted, encrypted or not. */
  readonly #accepted = new Set<Socket>();
  /** Sockets as requests see them: decrypted. */
  readonly #readable = new Set<Socket>();
  readonly #responses = new Set<ServerResponse>();
  #isEnding = false;

  /** @param keepAlive true if an open connection keeps the process running */
  constructor(server: Server, keepAlive: boolean) {
    server.on('connection', (socket: Socket) => {
      if (!keepAlive) socket.unref();
      follow(this.#accepted, socket);
    });
    const isTls = 'setSecureContext' in server;
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => follow(this.#readable, socket));
    // Prepended, so that it runs before the listener that responds.
    server.prependListener('request', (_: IncomingMessage, res: ServerResponse) => {
      this.#responses.add(res);
      if (this.#isEnding) res.setHeader('Connection', 'close');
      res.once('close', () => {
        this.#responses.delete(res);
        // The headers may have been sent before `end` was called, and so have promised to keep the connection.
        if (this.#isEnding) setImmediate(() => this.#endIdle());
      });
    });
  }

  /** Ends idle connections now, and each of the others once it is idle. */
  end(): void {
    this.#isEnding = true;
    // The caller waits for the end of all connections.
    for (const socket of this.#accepted) socket.ref();
    for (const res of this.#responses) if (!res.headersSent) res.setHeader('Connection', 'close');
    this.#endIdle();
  }

  /** Destroys all connections, busy or idle. */
  destroy(): void {
    for (const socket of this.#accepted) socket.destroy();
  }

  #endIdle(): void {
    const busy = new Set(Array.from(this.#responses, (res) => res.req.socket));
    for (const socket of this.#readable) if (!busy.has(socket)) socket.destroySoon();
  }
}

function follow(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}
