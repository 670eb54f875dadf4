import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('./member-main.js', import.meta.url));

/** Command to a member. */
export interface MemberCommand {
  readonly do: 'block' | 'exit';
  /** Duration of a block of the event loop, in milliseconds. */
  readonly ms?: number;
}

/** Message of a member that has started. */
export interface MemberMessage {
  readonly url: string;
}

/** Process of the service. */
export class Member {
  readonly url: string;
  /** Time until which the event loop is blocked, on the clock of `performance.now()`. */
  blockedUntil = 0;
  readonly #child: ChildProcess;
  readonly #truthFile: string;

  private constructor(child: ChildProcess, url: string, truthFile: string) {
    this.#child = child;
    this.url = url;
    this.#truthFile = truthFile;
  }

  /**
   * Starts a member, which has joined when this resolves.
   * @param name different for each member
   */
  static async start(spool: string, truth: string, name: string): Promise<Member> {
    const truthFile = path.join(truth, name);
    const child = fork(MAIN, [spool, truthFile], { execArgv: [] });
    const [message] = (await Promise.race([once(child, 'message'), failure(child)])) as [MemberMessage];
    return new Member(child, message.url, truthFile);
  }

  get isBlocked(): boolean {
    return performance.now() < this.blockedUntil;
  }

  /** Number of increments that the member has made, also after its end. */
  trueCount(): number {
    const bytes = readFileSync(this.#truthFile);
    return bytes.length < 8 ? 0 : bytes.readDoubleLE();
  }

  block(ms: number): void {
    this.blockedUntil = performance.now() + ms;
    this.#send({ do: 'block', ms });
  }

  async end(how: 'SIGKILL' | 'exit'): Promise<void> {
    const exit = once(this.#child, 'exit');
    if (how === 'exit') this.#send({ do: 'exit' });
    else this.#child.kill(how);
    await exit;
  }

  #send(command: MemberCommand): void {
    this.#child.send(command);
  }
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`A member ended with code ${code} before it had joined`);
}
