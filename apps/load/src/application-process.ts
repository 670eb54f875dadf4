import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Framework } from './frameworks.ts';

const MAIN = fileURLToPath(new URL('./application-main.js', import.meta.url));

/** Application in a process of its own, so that the load does not take its time. */
export class ApplicationProcess {
  readonly port: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.port = port;
  }

  /** Starts the application. Resolves once it listens. */
  static async start(framework: Framework): Promise<ApplicationProcess> {
    const child = fork(MAIN, [framework], { execArgv: [] });
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`The ${framework} application ended with exit code ${code}`);
      }),
    ]);
    return new ApplicationProcess(child, message as number);
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
