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

/** Example, requests to the example, and the expected results of Prometheus. */
export interface ScrapedExample {
  /** Program that listens on `PORT` and serves `/metrics`. */
  readonly file: string;
  readonly requests: readonly (readonly [count: number, method: string, path: string])[];
  /** Bytes of an incomplete request, and number of clients that send these bytes and disconnect. Sent last. */
  readonly halves: { readonly count: number; readonly text: string };
  /** Number of requests that Prometheus counts in the end. The test waits for this number. */
  readonly ended: number;
  /** Expected numbers of each query, by the sorted label values. */
  readonly shows: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Describes tests of an example that Prometheus scrapes all the time. */
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

    test('Prometheus counts exactly the sent requests, disconnected clients included', async () => {
      for (const [count, method, path] of requests) await send(app.url, count, method, path);
      for (let i = 0; i < halves.count; i++) await sendHalf(app.url, halves.text);
      await server.until(`sum(http_request_duration_seconds_count) == ${ended}`);

      const shown: Record<string, Record<string, number | undefined>> = {};
      for (const query of Object.keys(shows)) shown[query] = await numbersOf(server, query);
      expect(shown).toEqual(shows);
      expect(await numbersOf(server, 'sum(http_requests_in_flight)')).toEqual({ '': 0 });
      expect(await server.lastScrapeError('shop')).toBeUndefined();
    });

    test('promtool has no complaint about /metrics, and a strict parser accepts its OpenMetrics', async () => {
      const text = await (await fetch(`${app.url}/metrics`)).text();
      const openMetrics = await askOpenMetrics(app.url);

      expect(await promtoolCheckMetrics(text, '3')).toEqual({ exitCode: 0, output: '' });
      expect(await parseOpenMetricsStrictly(await openMetrics.text())).toMatchObject({ ok: true });
    });
  });
}
