import { Worker } from 'node:worker_threads';
import type { Page } from './page-fault.ts';

const WORKER = new URL('./page-worker.js', import.meta.url);

/** Pages that clients got: checked by another thread, and counted by client. */
export class PageLog {
  readonly #pages = new Map<string, number>();
  readonly #worker = new Worker(WORKER);
  /** Pages whose check is under way, in order. */
  readonly #unchecked: string[] = [];
  readonly #ended: Promise<void>;
  #isStopping = false;

  constructor(report: (fault: string) => void) {
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on('error', (error) => report(`pages could not be checked: ${error.message}`));
    this.#worker.on('message', (fault: string | undefined) => {
      const page = this.#unchecked.shift();
      if (fault !== undefined) report(`page of ${page}: ${fault}`);
      this.#endIfChecked();
    });
  }

  /** Counts and checks a complete page. */
  add(client: string, page: Page): void {
    this.#pages.set(client, (this.#pages.get(client) ?? 0) + 1);
    this.#unchecked.push(`${client} (${page.contentType})`);
    this.#worker.postMessage(page);
  }

  /** Numbers of pages by client. */
  summary(): string {
    return [...this.#pages].map(([client, pages]) => `${pages} of ${client}`).join(', ');
  }

  /** Ends the thread when all pages are checked. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#endIfChecked();
    await this.#ended;
  }

  #endIfChecked(): void {
    if (this.#isStopping && this.#unchecked.length === 0) void this.#worker.terminate();
  }
}
