import { type ChildProcess, fork } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Member, ready } from '../member.ts';
import { page } from './page.ts';
import type { Service } from './service.ts';

const MEMBER = fileURLToPath(new URL('../member-main.js', import.meta.url));
const EXPORTER = fileURLToPath(new URL('../exporter-main.js', import.meta.url));

/** Processes that have joined by `joinProcesses`, each of which answers scrapes, and an exporter. */
export class PromwrightService implements Service {
  readonly #spool: string;
  readonly #exporter: ChildProcess;
  readonly #url: string;

  private constructor(spool: string, exporter: ChildProcess, url: string) {
    this.#spool = spool;
    this.#exporter = exporter;
    this.#url = url;
  }

  static async start(spool: string): Promise<PromwrightService> {
    const exporter = fork(EXPORTER, [spool], { execArgv: [] });
    const { url } = await ready(exporter);
    return new PromwrightService(spool, exporter, url!);
  }

  async startMember(truthFile: string): Promise<Member> {
    const child = fork(MEMBER, [this.#spool, truthFile], { execArgv: [] });
    const { url } = await ready(child);
    return new Member(child, truthFile, (command) => child.send(command), url);
  }

  scrape({ url }: Member): Promise<string> {
    return page(url!);
  }

  scrapeExporter(): Promise<string> {
    return page(this.#url);
  }

  files(): number {
    return readdirSync(this.#spool).length;
  }

  close(): void {
    this.#exporter.disconnect();
  }
}
