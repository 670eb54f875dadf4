import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { MemberCommand, MemberReady } from './member-commands.ts';

/** Process of the service. */
export class Member {
  /** Address of the scrape, of a member that has one. */
  readonly url: string | undefined;
  readonly #child: ChildProcess;
  readonly #truthFile: string;
  readonly #send: (command: MemberCommand) => void;
  #blockedUntil = 0;

  constructor(child: ChildProcess, truthFile: string, send: (command: MemberCommand) => void, url: string | undefined) {
    this.#child = child;
    this.#truthFile = truthFile;
    this.#send = send;
    this.url = url;
  }

  get isBlocked(): boolean {
    return performance.now() < this.#blockedUntil;
  }

  /** Number of increments that the member has made, also after its end. */
  trueCount(): number {
    const bytes = readFileSync(this.#truthFile);
    return bytes.length < 8 ? 0 : bytes.readDoubleLE();
  }

  block(ms: number): void {
    this.#blockedUntil = performance.now() + ms;
    this.#send({ do: 'block', ms });
  }

  async end(how: 'SIGKILL' | 'exit'): Promise<void> {
    // A library may have ended the process before.
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    if (how === 'exit') this.#send({ do: 'exit' });
    else this.#child.kill(how);
    await exit;
  }
}

/** Resolves with the message of a member that has started. Libraries send other messages. */
export async function ready(child: ChildProcess): Promise<MemberReady> {
  return await new Promise((resolve, reject) => {
    const onMessage = (message: Partial<MemberReady>) => {
      if (message.ready !== true) return;
      child.off('message', onMessage);
      resolve(message as MemberReady);
    };
    child.on('message', onMessage);
    child.once('exit', (code) => reject(new Error(`A member ended with code ${code} before it had joined`)));
  });
}
