import { type Page, pageFault } from './page-fault.ts';

/** Pages that clients got: checked, and counted by client. */
export class PageLog {
  readonly #pages = new Map<string, number>();
  readonly #report: (fault: string) => void;

  constructor(report: (fault: string) => void) {
    this.#report = report;
  }

  /** Checks a complete page. */
  add(client: string, page: Page): void {
    this.#pages.set(client, (this.#pages.get(client) ?? 0) + 1);
    const fault = pageFault(page);
    if (fault !== undefined) this.#report(`page of ${client} (${page.contentType}): ${fault}`);
  }

  /** Number of pages of a client. */
  count(client: string): number {
    return this.#pages.get(client) ?? 0;
  }

  /** Numbers of pages by client. */
  summary(): string {
    return [...this.#pages].map(([client, pages]) => `${pages} of ${client}`).join(', ');
  }
}
