import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { REQUEST_KINDS, type RequestKind } from './traffic.ts';

/** Pause of a connection after each response, in milliseconds, which leaves time for the scrapes. */
const PAUSE_MS = 40;

/** Connections that send one request after another, each shortly after the response before. */
export class RequestLoad {
  /** Number of answered requests by kind. */
  readonly answered: Map<RequestKind, number> = new Map(REQUEST_KINDS.map((kind) => [kind, 0]));
  readonly #port: number;
  readonly #report: (fault: string) => void;
  readonly #connections: readonly Promise<void>[];
  #isStopped = false;

  constructor(port: number, connections: number, report: (fault: string) => void) {
    this.#port = port;
    this.#report = report;
    this.#connections = Array.from({ length: connections }, (_, i) => this.#run(i));
  }

  /** Sends no more requests, and resolves when all are answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#connections);
  }

  async #run(connection: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = connection; !this.#isStopped; n++) {
      const kind = REQUEST_KINDS[n % REQUEST_KINDS.length]!;
      try {
        const status = await this.#send(agent, kind, n);
        if (status !== kind.status) this.#report(`${kind.method} ${kind.path(n)} was answered with ${status}`);
        this.answered.set(kind, this.answered.get(kind)! + 1);
        await delay(PAUSE_MS);
      } catch (error) {
        this.#report(`${kind.method} ${kind.path(n)} failed: ${(error as Error).message}`);
        break;
      }
    }
    agent.destroy();
  }

  #send(agent: Agent, { method, path }: RequestKind, n: number): Promise<number> {
    return new Promise((resolve, reject) => {
      request({ agent, host: '127.0.0.1', port: this.#port, method, path: path(n) }, (response) => {
        response
          .on('error', reject)
          .on('end', () => resolve(response.statusCode!))
          .resume();
      })
        .on('error', reject)
        .end();
    });
  }
}
