import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Answer, Assignment, Request } from './messages.ts';

const MAIN = fileURLToPath(new URL('./contestant-main.js', import.meta.url));

/** Contestant of a row, alone in a process. */
export class ContestantProcess {
  readonly name: string;
  readonly #child: ChildProcess;

  private constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
  }

  /** Starts the process. Resolves once the process is warm and waits. */
  static async start(
    name: string,
    assignment: Assignment,
    node: string,
    nodeFlags: readonly string[],
  ): Promise<ContestantProcess> {
    const child = fork(MAIN, [JSON.stringify(assignment)], { execPath: node, execArgv: [...nodeFlags] });
    const started = new ContestantProcess(name, child);
    try {
      await started.#answer();
      return started;
    } catch (error) {
      await started.stop();
      throw error;
    }
  }

  /** Measures once. */
  async sample(): Promise<number> {
    const answer = await this.#ask('sample');
    return (answer as { readonly value: number }).value;
  }

  /** @throws unless the library has done all operations */
  async check(): Promise<void> {
    await this.#ask('check');
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }

  #ask(request: Request): Promise<Answer> {
    this.#child.send(request);
    return this.#answer();
  }

  async #answer(): Promise<Answer> {
    const over = new AbortController();
    const { signal } = over;
    try {
      const [first] = await Promise.race([
        once(this.#child, 'message', { signal }),
        once(this.#child, 'exit', { signal }).then(([code, killed]) => [
          { error: `its process ended with ${killed ?? code}` },
        ]),
      ]);
      const answer = first as Answer;
      if ('error' in answer) throw new Error(`Contestant "${this.name}" failed: ${answer.error}`);
      return answer;
    } finally {
      over.abort();
    }
  }
}
