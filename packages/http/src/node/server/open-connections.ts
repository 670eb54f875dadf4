import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of a server, so that it can be closed: Node's own means do not see those that sent nothing yet. */
export class OpenConnections {
  /** As they were accepted, TLS or not. */
  readonly #accepted = new Set<Socket>();
  /** As requests see them. */
  readonly #readable = new Set<Socket>();
  readonly #answers = new Set<ServerResponse>();
  #isEnding = false;

  /** @param keepAlive whether an open connection keeps the process running */
  constructor(server: Server, keepAlive: boolean) {
    server.on('connection', (socket: Socket) => {
      if (!keepAlive) socket.unref();
      follow(this.#accepted, socket);
    });
    const isTls = 'setSecureContext' in server;
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => follow(this.#readable, socket));
    // Before anybody answers.
    server.prependListener('request', (_: IncomingMessage, res: ServerResponse) => {
      this.#answers.add(res);
      if (this.#isEnding) res.setHeader('Connection', 'close');
      res.once('close', () => {
        this.#answers.delete(res);
        // Its headers may have been sent before it was known that the connection is not to be kept.
        if (this.#isEnding) setImmediate(() => this.#endIdle());
      });
    });
  }

  /** Ends what is idle now, and the rest as it becomes so. */
  end(): void {
    this.#isEnding = true;
    // Who closes waits for it.
    for (const socket of this.#accepted) socket.ref();
    for (const res of this.#answers) if (!res.headersSent) res.setHeader('Connection', 'close');
    this.#endIdle();
  }

  /** Ends everything, whatever it is doing. */
  destroy(): void {
    for (const socket of this.#accepted) socket.destroy();
  }

  #endIdle(): void {
    const busy = new Set(Array.from(this.#answers, (res) => res.req.socket));
    for (const socket of this.#readable) if (!busy.has(socket)) socket.destroySoon();
  }
}

function follow(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
}
