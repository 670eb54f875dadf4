import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findExecutable } from './find-executable.ts';

/** How to start a server and how to know that it is ready. */
export interface ProcessOptions {
  /** The name of the server in errors. */
  readonly name: string;
  readonly command: string;
  /** The arguments for a server on this port; asked again with another port when somebody else took the first one. */
  readonly args: (port: number) => readonly string[] | Promise<readonly string[]>;
  /** Added to the environment of this process; may depend on the port, as `args` does. */
  readonly env?: Readonly<Record<string, string>> | ((port: number) => Readonly<Record<string, string>>);
  /** A path that answers GET with a status of 2xx once the server is ready, or a function that finds out. */
  readonly ready: string | ((address: ServerAddress) => Promise<boolean>);
  /** How long one start may take; 20 seconds by default. */
  readonly timeoutMs?: number;
}

/** Where a server listens. */
export interface ServerAddress {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
}

/** A server that was started here and is ended by its own handle. */
export interface RunningProcess extends ServerAddress {
  readonly pid: number;
  /** The end of what the server wrote to its standard output and error. */
  log(): string;
  /** Ends the server: SIGTERM, then SIGKILL after five seconds. May be called more than once. */
  stop(): Promise<void>;
}

const maxLogLength = 20_000;
const pollMs = 20;
const killAfterMs = 5000;
const maxStarts = 5;

/** A port on 127.0.0.1 which nobody listened on a moment ago. Somebody else may take it before it is used. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether a log or a message says that somebody else has the port. */
export function tellsOfTakenPort(text: string): boolean {
  return /address already in use|EADDRINUSE/i.test(text);
}

/**
 * Starts a server on a free loopback port and returns when it is ready. The server ends with this process, on Linux
 * with `setpriv` even when this process is killed. A server that ends before it is ready rejects with its log.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  for (let start = 1; ; start++) {
    const port = await freePort();
    const child = await Child.spawn(options, port);
    const address: ServerAddress = { port, url: `http://127.0.0.1:${port}` };
    const failure = await child.waitUntilReady(address);
    if (failure === undefined) {
      return { ...address, pid: child.pid, log: () => child.log, stop: () => child.stop() };
    }
    await child.stop();
    if (start === maxStarts || !tellsOfTakenPort(child.log)) {
      throw new Error(`${options.name} ${failure}; its log ends with:\n${child.log.slice(-4000)}`);
    }
  }
}

// The process and its exit event exist once, so what hangs on them is kept once, and only while something runs.
const running = new Set<ChildProcess>();

function killRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}

function killAtExit(child: ChildProcess): void {
  if (running.size === 0) process.once('exit', killRunning);
  running.add(child);
}

function forget(child: ChildProcess): void {
  running.delete(child);
  if (running.size === 0) process.off('exit', killRunning);
}

class Child {
  readonly #process: ChildProcess;
  readonly #options: ProcessOptions;
  /** Resolves when the process has ended, to what that means for one that was not ready yet. */
  readonly #ended: Promise<string>;
  #hasEnded = false;
  log = '';

  static async spawn(options: ProcessOptions, port: number): Promise<Child> {
    const args = await options.args(port);
    const setpriv = process.platform === 'linux' ? await findExecutable('setpriv') : undefined;
    // The kernel sends the signal when the thread that started the server ends, for whatever reason.
    const [command, ...prefix] = setpriv ? [setpriv, '--pdeathsig', 'TERM', '--', options.command] : [options.command];
    const env = typeof options.env === 'function' ? options.env(port) : options.env;
    return new Child(options, command!, [...prefix, ...args], env);
  }

  private constructor(
    options: ProcessOptions,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> | undefined,
  ) {
    this.#options = options;
    this.#process = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.log = (this.log + text).slice(-maxLogLength);
      });
    }
    if (this.#process.pid !== undefined) killAtExit(this.#process);
    this.#ended = this.#waitForEnd();
  }

  get pid(): number {
    return this.#process.pid!;
  }

  async #waitForEnd(): Promise<string> {
    const child = this.#process;
    const closed = new Promise((resolve) => child.once('close', resolve));
    const ended = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`could not be started (${error.message})`));
      child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `exit code ${code}`} before it was ready`));
    });
    this.#hasEnded = true;
    forget(child);
    // The last words may still be in the pipes; a process that the server left behind could hold them open for ever.
    await Promise.race([closed, delay(250)]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return ended;
  }

  /** Says why the server did not get ready; nothing when it did. */
  async waitUntilReady(address: ServerAddress): Promise<string | undefined> {
    const { ready, timeoutMs = 20_000 } = this.#options;
    const deadline = Date.now() + timeoutMs;
    const late = delay(timeoutMs, false, { ref: false });
    const isReady = typeof ready === 'string' ? () => answersWell(address.url + ready) : () => ready(address);
    while (!this.#hasEnded) {
      const answer = await Promise.race([this.#ended, late, isReady().catch(() => false)]);
      if (answer === true && !this.#hasEnded) return undefined;
      if (Date.now() >= deadline) return `was not ready after ${timeoutMs} ms`;
      await Promise.race([this.#ended, delay(pollMs)]);
    }
    return this.#ended;
  }

  async stop(): Promise<void> {
    if (!this.#hasEnded) this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), killAfterMs);
    await this.#ended;
    clearTimeout(timer);
  }
}

async function answersWell(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(1000) });
  await response.arrayBuffer();
  return response.ok;
}
