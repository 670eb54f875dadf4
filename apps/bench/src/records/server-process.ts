import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./server-main.js', import.meta.url));

/** Application with one instrumentation, alone in a process. */
export class ServerProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts the instrumentation at `place` of the list. Resolves once the server listens. */
  static async start(place: number): Promise<ServerProcess> {
    const child = fork(MAIN, [String(place)], { execArgv: [] });
    return new ServerProcess(child, await messageOf<number>(child));
  }

  /** Resolves once a request has reached its handler. Call before sending the request. */
  async reached(): Promise<void> {
    await messageOf(this.#child);
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

async function messageOf<T>(child: ChildProcess): Promise<T> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const [message] = await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(([code, killed]) => {
        throw new Error(`its process ended with ${killed ?? code}`);
      }),
    ]);
    return message as T;
  } finally {
    over.abort();
  }
}
