import path from 'node:path';
import { askOpenMetrics, numbersOf, send, sendHalf, startExample } from '@tooling/examples';
import {
  type PrometheusServer,
  parseOpenMetricsStrictly,
  promtoolCheckMetrics,
  type RunningProcess,
  startPrometheus,
} from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const VERSIONS = ['2.42', '3'] as const;
const halfAnOrder =
  'POST /products/tea/orders HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nAda';

let app: RunningProcess;
const servers = new Map<string, PrometheusServer>();

beforeAll(async () => {
  app = await startExample(path.join(import.meta.dirname, 'server.mjs'));
  const address = new URL(app.url).host;
  await Promise.all(
    VERSIONS.map(async (version) => {
      servers.set(
        version,
        await startPrometheus({ version, targets: [{ address, job: 'shop' }], scrapeIntervalMs: 250 }),
      );
    }),
  );
  // The first scrape must find every series at zero or absent, so that all requests count as an increase.
  await Promise.all([...servers.values()].map((server) => server.until('up{job="shop"} == 1')));
});
afterAll(async () => {
  await Promise.all([app?.stop(), ...[...servers.values()].map((server) => server.stop())]);
});

/** Sends the requests; called twice, some scrapes apart, because a rate needs two samples of a series. */
async function sendTraffic(): Promise<void> {
  await send(app.url, 30, 'GET', '/products/tea');
  await send(app.url, 20, 'GET', '/products/coffee');
  await send(app.url, 10, 'POST', '/products/tea/orders');
  await send(app.url, 5, 'GET', '/wp-login.php');
}

test('two versions of Prometheus show the numbers of the traffic', async () => {
  await sendTraffic();
  const total = 'sum(http_request_duration_seconds_count)';
  await Promise.all([...servers.values()].map((server) => server.until(`${total} == 65`)));
  const sinceMs = Date.now();
  const scraped = `timestamp(up{job="shop"}) > ${sinceMs / 1000}`;
  await Promise.all([...servers.values()].map((server) => server.until(scraped)));
  await sendTraffic();
  await Promise.all([...servers.values()].map((server) => server.until(`${total} == 130`)));

  for (const version of VERSIONS) {
    const server = servers.get(version)!;
    // Starts when every series exists: rate() then extrapolates all series by the same factor, and proportions are exact.
    const nowMs = Date.now();
    const range = `${nowMs - sinceMs}ms`;
    const numbers = (query: string) => numbersOf(server, query, { time: nowMs / 1000 });

    expect(await numbers('sum by (route, status_code) (http_request_duration_seconds_count)'), version).toEqual({
      '/products/:id 200': 100,
      '/products/tea/orders 201': 20,
      '(unmatched) 404': 10,
    });
    expect(await numbers('orders_total'), version).toEqual({ [`${new URL(app.url).host} orders_total shop tea`]: 20 });

    const rates = await numbers(`sum by (route) (rate(http_request_duration_seconds_count[${range}]))`);
    expect(rates['/products/:id']!, version).toBeGreaterThan(0);
    expect(rates['/products/:id']! / rates['(unmatched)']!, version).toBeCloseTo(10, 6);
    expect(rates['/products/tea/orders']! / rates['(unmatched)']!, version).toBeCloseTo(2, 6);

    const quantile = (q: number) =>
      numbers(`histogram_quantile(${q}, sum by (le) (rate(http_request_duration_seconds_bucket[${range}])))`);
    const [median, highest] = [(await quantile(0.5))['']!, (await quantile(1))['']!];
    expect(median, version).toBeGreaterThan(0);
    expect(median, version).toBeLessThanOrEqual(highest);
    // The highest possible quantile is the bound of the last finite bucket.
    expect(highest, version).toBeLessThanOrEqual(10);

    expect(await server.lastScrapeError('shop'), version).toBeUndefined();
  }
});

test('Prometheus shows aborted requests', async () => {
  const before = await servers.get('3')!.query('sum(http_request_duration_seconds_count)');
  const total = before[0]!.value + 7;

  for (let i = 0; i < 7; i++) await sendHalf(app.url, halfAnOrder);

  for (const version of VERSIONS) {
    const server = servers.get(version)!;
    await server.until(`sum(http_request_duration_seconds_count) == ${total}`);
    const left = 'sum by (route) (http_request_duration_seconds_count{status_code="499"})';
    const aborts = 'sum by (route, phase) (http_request_aborts_total)';
    expect(await server.query(left), version).toMatchObject([{ labels: { route: '/products/tea/orders' }, value: 7 }]);
    expect(await server.query(aborts), version).toMatchObject([
      { labels: { route: '/products/tea/orders', phase: 'before_headers' }, value: 7 },
    ]);
    expect((await server.query('sum(http_requests_in_flight)'))[0]!.value, version).toBe(0);
  }
});

test('Prometheus shows the types and help of the metrics', async () => {
  const metadata = await servers.get('3')!.metadata('http_request_duration_seconds');

  expect(metadata).toMatchObject({
    http_request_duration_seconds: [
      { type: 'histogram', help: 'Time from the start of an HTTP request to the end of its response.' },
    ],
  });
});

describe('the page of the Express example', () => {
  test.each(VERSIONS)('passes promtool %s without output', async (version) => {
    const text = await (await fetch(`${app.url}/metrics`)).text();

    expect(await promtoolCheckMetrics(text, version)).toEqual({ exitCode: 0, output: '' });
  });

  test('passes a strict parser of OpenMetrics', async () => {
    const response = await askOpenMetrics(app.url);

    expect(response.headers.get('content-type')).toMatch(/^application\/openmetrics-text; version=1\.0\.0;/);
    expect(await parseOpenMetricsStrictly(await response.text())).toMatchObject({ ok: true });
  });
});
