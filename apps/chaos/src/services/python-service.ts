import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pythonWithClient } from '@tooling/servers';
import { Member } from '../member.ts';
import type { MemberCommand } from '../member-commands.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';

// In the sources, also if this file runs compiled.
const SCRIPT = fileURLToPath(new URL('../../python/chaos.py', import.meta.url));

type Python = Awaited<ReturnType<typeof pythonWithClient>>;

/** Processes of Python that share a directory (multiprocess mode of client_python), and a process that serves their metrics. */
export class PythonService implements Service {
  readonly #python: Python;
  readonly #directory: string;
  readonly #exporter: ChildProcess;
  readonly #url: string;

  private constructor(python: Python, directory: string, exporter: ChildProcess, url: string) {
    this.#python = python;
    this.#directory = directory;
    this.#exporter = exporter;
    this.#url = url;
  }

  static async start(directory: string): Promise<PythonService> {
    mkdirSync(directory);
    const python = await pythonWithClient();
    const exporter = run(python, directory, ['serve']);
    return new PythonService(python, directory, exporter, await firstLine(exporter));
  }

  async startMember(truthFile: string): Promise<Member> {
    const child = run(this.#python, this.#directory, ['count', truthFile]);
    await firstLine(child);
    const send = ({ do: what, ms = 0 }: MemberCommand) => void child.stdin!.write(`${what} ${ms}\n`);
    return new Member(child, truthFile, send, undefined);
  }

  scrape(): Promise<string> {
    return page(this.#url);
  }

  scrapeExporter(): Promise<string> {
    return page(this.#url);
  }

  files(): number {
    return readdirSync(this.#directory).length;
  }

  close(): void {
    this.#exporter.kill();
  }
}

function run({ command, env }: Python, directory: string, args: readonly string[]): ChildProcess {
  return spawn(command, [SCRIPT, ...args], {
    env: { ...process.env, ...env, PROMETHEUS_MULTIPROC_DIR: directory },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout! }), 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`Python ended with code ${code}`);
    }),
  ])) as [string];
  return line;
}
