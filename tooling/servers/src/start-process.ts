import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findExecutable } from './find-executable.ts';

/** Options to start a server and to find out if it is ready. */
export interface ProcessOptions {
  /** Name of the server in errors. */
  readonly name: string;
  readonly command: string;
  /** Returns the arguments for a server on this port. Called again with another port if the port was taken meanwhile. */
  readonly args: (port: number) => readonly string[] | Promise<readonly string[]>;
  /** Variables added to the environment of this process. May depend on the port, like `args`. */
  readonly env?: Readonly<Record<string, string>> | ((port: number) => Readonly<Record<string, string>>);
  /** Path that responds to GET with a 2xx status once the server is ready, or a function that resolves to true. */
  readonly ready: string | ((address: ServerAddress) => Promise<boolean>);
  /** Limit of the duration of one start. Default: 20 seconds. */
  readonly timeoutMs?: number;
}

/** Address of a listening server. */
export interface ServerAddress {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
}

/** Server started by {@link startProcess}. */
export interface RunningProcess extends ServerAddress {
  readonly pid: number;
  /** Returns the end of the server's standard output and standard error. */
  log(): string;
  /** Ends the server: SIGTERM, then SIGKILL after five seconds. May be called more than once. */
  stop(): Promise<void>;
}

const maxLogLength = 20_000;
const pollMs = 20;
const killAfterMs = 5000;
const maxStarts = 5;

/** Returns a port of 127.0.0.1 without a listener. Another process may take the port before the caller uses it. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** True if a log or a message reports that the port is taken. */
export function tellsOfTakenPort(text: string): boolean {
  return /address already in use|EADDRINUSE/i.test(text);
}

/**
 * Starts a server on a free loopback port and resolves once it is ready. The server ends with this process; on Linux with
 * `setpriv` also if this process is killed. Rejects with the log of a server that ends before it is ready.
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

// One set and one listener for the exit of this process, present only while a server runs.
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
  /** Resolves once the process has ended, to the failure in words, in case the process was not ready yet. */
  readonly #ended: Promise<string>;
  #hasEnded = false;
  log = '';

  static async spawn(options: ProcessOptions, port: number): Promise<Child> {
    const args = await options.args(port);
    const setpriv = process.platform === 'linux' ? await findExecutable('setpriv') : undefined;
    // The kernel sends the signal when the thread that started the server ends, for any reason.
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
    // The last output may still be in the pipes. A process left behind by the server could keep the pipes open for ever.
    await Promise.race([closed, delay(250)]);
    child.stdout?.destroy();
    child.stderr?.destroy();
    return ended;
  }

  /** Resolves to the failure in words, or to `undefined` once the server is ready. */
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
