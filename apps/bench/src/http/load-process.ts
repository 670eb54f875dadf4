import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

// Separate program that is not built: sources and build start the same file.
const PROGRAM = path.join(import.meta.dirname, '../../load/load.js');
const CONNECTIONS = 50;

/** Child process that sends requests to a server of this process. Neither the child nor the server keeps this process alive. */
export class LoadProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  static async start(server: Server, request: string): Promise<LoadProcess> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const child = fork(PROGRAM, [String(port), String(CONNECTIONS), request], { execArgv: [] });
    await once(child, 'message');
    server.unref();
    child.unref();
    child.channel?.unref();
    return new LoadProcess(child);
  }

  /** Sends `times` requests and resolves after the last response. */
  async send(times: number): Promise<void> {
    this.#child.channel?.ref();
    this.#child.send(times);
    await once(this.#child, 'message');
    this.#child.channel?.unref();
  }
}
