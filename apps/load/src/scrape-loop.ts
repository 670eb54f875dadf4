import { setTimeout as delay } from 'node:timers/promises';
import type { PageLog } from './page-log.ts';
import { scrapePage } from './scrape-client.ts';

/** Options of a {@link ScrapeLoop}. */
export interface ScrapeLoopOptions {
  /** Name of the client in the log. */
  readonly client: string;
  readonly port: number;
  /** `Accept` headers, used in turn. */
  readonly accepts: readonly string[];
  /** Pause between two pages, in milliseconds. */
  readonly pauseMs: number;
  /** Time for which the client reads nothing of a page that has begun, in milliseconds. */
  readonly stallMs: number;
}

/** Client that reads one page after another. */
export class ScrapeLoop {
  readonly #done: Promise<void>;
  #isStopped = false;

  constructor(options: ScrapeLoopOptions, log: PageLog, report: (fault: string) => void) {
    this.#done = this.#run(options, log, report);
  }

  /** Reads the page under way to its end. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #run(
    { client, port, accepts, pauseMs, stallMs }: ScrapeLoopOptions,
    log: PageLog,
    report: (fault: string) => void,
  ): Promise<void> {
    for (let i = 0; !this.#isStopped; i++) {
      try {
        log.add(client, await scrapePage(port, accepts[i % accepts.length]!, stallMs));
      } catch (error) {
        report(`scrape of ${client} failed: ${(error as Error).message}`);
      }
      await delay(pauseMs);
    }
  }
}
