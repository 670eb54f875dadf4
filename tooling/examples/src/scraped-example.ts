import {
  type PrometheusServer,
  parseOpenMetricsStrictly,
  promtoolCheckMetrics,
  type RunningProcess,
  startPrometheus,
} from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askOpenMetrics } from './ask-open-metrics.ts';
import { numbersOf } from './numbers-of.ts';
import { send, sendHalf } from './send.ts';
import { startExample } from './start-example.ts';

/** An example, what is sent to it, and what Prometheus must show after that. */
export interface ScrapedExample {
  /** The program, which listens on `PORT` and serves `/metrics`. */
  readonly file: string;
  readonly requests: readonly (readonly [count: number, method: string, path: string])[];
  /** A request that breaks off, byte for byte, and how many clients send it and leave; they come last. */
  readonly halves: { readonly count: number; readonly text: string };
  /** How many requests Prometheus counts in the end; it is waited for. */
  readonly ended: number;
  /** For each query the numbers that it gives, by the sorted values of their labels. */
  readonly shows: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Tests of an example that Prometheus scrapes all the while. */
export function describeScrapedExample({ file, requests, halves, ended, shows }: ScrapedExample): void {
  describe('scraped by Prometheus', () => {
    let app: RunningProcess;
    let server: PrometheusServer;

    beforeAll(async () => {
      app = await startExample(file);
      const targets = [{ address: new URL(app.url).host, job: 'shop' }];
      server = await startPrometheus({ version: '3', targets, scrapeIntervalMs: 250 });
    });
    afterAll(async () => {
      await Promise.all([app?.stop(), server?.stop()]);
    });

    test('Prometheus counts exactly what was sent, clients that left included', async () => {
      for (const [count, method, path] of requests) await send(app.url, count, method, path);
      for (let i = 0; i < halves.count; i++) await sendHalf(app.url, halves.text);
      await server.until(`sum(http_request_duration_seconds_count) == ${ended}`);

      const shown: Record<string, Record<string, number | undefined>> = {};
      for (const query of Object.keys(shows)) shown[query] = await numbersOf(server, query);
      expect(shown).toEqual(shows);
      expect(await numbersOf(server, 'sum(http_requests_in_flight)')).toEqual({ '': 0 });
      expect(await server.lastScrapeError('shop')).toBeUndefined();
    });

    test('what it serves passes promtool without a word, and a strict parser of OpenMetrics', async () => {
      const text = await (await fetch(`${app.url}/metrics`)).text();
      const openMetrics = await askOpenMetrics(app.url);

      expect(await promtoolCheckMetrics(text, '3')).toEqual({ exitCode: 0, output: '' });
      expect(await parseOpenMetricsStrictly(await openMetrics.text())).toMatchObject({ ok: true });
    });
  });
}
