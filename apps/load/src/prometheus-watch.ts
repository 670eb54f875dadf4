import { setTimeout as delay } from 'node:timers/promises';
import { type PrometheusServer, type PrometheusVersion, type ScrapeProtocol, startPrometheus } from '@tooling/servers';
import type { PageLog } from './page-log.ts';
import { RecordingProxy } from './recording-proxy.ts';

const JOB = 'load';
const INTERVAL_MS = 1000;

/** Prometheus that scrapes the application every second, and is asked after every scrape if it was well. */
export class PrometheusWatch {
  readonly name: string;
  readonly #prometheus: PrometheusServer;
  readonly #proxy: RecordingProxy;
  readonly #report: (fault: string) => void;
  readonly #watching: Promise<void>;
  #isStopped = false;

  private constructor(prometheus: PrometheusServer, proxy: RecordingProxy, report: (fault: string) => void) {
    this.name = nameOf(prometheus.version);
    this.#prometheus = prometheus;
    this.#proxy = proxy;
    this.#report = report;
    this.#watching = this.#watch();
  }

  /** Starts Prometheus and waits for its first scrape, which comes after five seconds. */
  static async start(
    version: PrometheusVersion,
    scrapeProtocols: readonly ScrapeProtocol[] | undefined,
    applicationPort: number,
    log: PageLog,
    report: (fault: string) => void,
  ): Promise<PrometheusWatch> {
    const proxy = await RecordingProxy.start(nameOf(version), applicationPort, log);
    try {
      const prometheus = await startPrometheus({
        version,
        scrapeIntervalMs: INTERVAL_MS,
        targets: [{ address: `127.0.0.1:${proxy.port}`, job: JOB, ...(scrapeProtocols && { scrapeProtocols }) }],
      });
      const watch = new PrometheusWatch(prometheus, proxy, report);
      await prometheus.until(`up{job="${JOB}"}`);
      return watch;
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }

  /** Waits until a query has the expected value, at most some scrapes long. */
  async expect(query: string, expected: number): Promise<void> {
    try {
      await this.#prometheus.until(query, ([sample]) => sample?.value === expected, { timeoutMs: 10 * INTERVAL_MS });
    } catch (error) {
      this.#report(`${this.name} must have ${expected}: ${(error as Error).message.slice(0, 500)}`);
    }
  }

  /** Reports every scrape that failed, ever. */
  async checkScrapes(): Promise<void> {
    const [least] = await this.#prometheus.query(`min_over_time(up{job="${JOB}"}[1h])`);
    if (least?.value !== 1) this.#report(`${this.name} had failed scrapes: the least value of "up" is ${least?.value}`);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#watching;
    await this.#prometheus.stop();
    await this.#proxy.stop();
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped) {
      for (const { lastError } of await this.#prometheus.targets()) {
        if (lastError !== '') this.#report(`${this.name} refuses a page: ${lastError}`);
      }
      await delay(INTERVAL_MS / 2);
    }
  }
}

function nameOf(version: string): string {
  return `Prometheus ${version}`;
}
