import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Counter, Histogram, Registry } from '@promwright/metrics';
import { createFamily, familyFromRows } from '@promwright/model';
import { type PrometheusServer, startPrometheus } from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExpositionWriter } from './exposition-writer.ts';
import { negotiate } from './negotiate.ts';

const registry = new Registry();
const requests = new Counter({ name: 'requests_total', help: 'R.', registry });
const latency = new Histogram({ name: 'latency_seconds', help: 'L.', unit: 'seconds', registry, native: true });
registry.register({
  collect: () => [
    createFamily({
      ...familyFromRows({ name: 'x', type: 'gauge', help: 'U.', rows: [{ labels: { route: '/ä' }, value: 7 }] }),
      name: 'http.server.requests',
      labelNames: ['http.route'],
    }),
  ],
});

/** Content type of the response to each job, so that a test knows its format. */
const contentTypes = new Map<string, string>();
let http: Server;
let prometheus3: PrometheusServer;
let prometheus2: PrometheusServer;

beforeAll(async () => {
  const writer = new ExpositionWriter();
  http = createServer(async (req, res) => {
    const format = negotiate(req.headers.accept);
    contentTypes.set(req.url ?? '', format.contentType);
    res.writeHead(200, { 'Content-Type': format.contentType });
    for await (const chunk of writer.write(await registry.gather(), format)) res.write(chunk);
    res.end();
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const target = (job: string) => ({ address, job, metricsPath: `/${job}` });
  [prometheus3, prometheus2] = await Promise.all([
    startPrometheus({
      version: '3',
      scrapeIntervalMs: 250,
      extraScrapeConfig: { always_scrape_classic_histograms: true },
      targets: [
        { ...target('protobuf'), scrapeProtocols: ['PrometheusProto'] },
        { ...target('openmetrics'), scrapeProtocols: ['OpenMetricsText1.0.0'] },
        { ...target('text1'), scrapeProtocols: ['PrometheusText1.0.0'] },
        { ...target('text'), scrapeProtocols: ['PrometheusText0.0.4'] },
      ],
    }),
    startPrometheus({ version: '2.42', scrapeIntervalMs: 250, targets: [target('old')] }),
  ]);
  // Some observations before the first scrape, and more later, as in any program.
  requests.inc(5, { trace_id: 'counted' });
  for (let i = 1; i <= 100; i++) latency.observe(i / 100, i === 77 ? { trace_id: 'observed' } : undefined);
  await Promise.all([prometheus3.until('count(up == 1) == 4'), prometheus2.until('up == 1')]);
});
afterAll(async () => {
  http?.close();
  await Promise.all([prometheus3?.stop(), prometheus2?.stop()]);
});

async function numberOf(server: PrometheusServer, query: string): Promise<number | undefined> {
  const [sample] = await server.query(query);
  return sample?.value;
}

const CONTENT_TYPES = {
  protobuf: 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  text1: 'text/plain; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  text: 'text/plain; version=0.0.4; charset=utf-8',
} as const;

describe.each(Object.entries(CONTENT_TYPES))('Prometheus 3 by %s', (job, contentType) => {
  test('receives the format and every count', async () => {
    expect(contentTypes.get(`/${job}`)).toContain(contentType);
    expect(await numberOf(prometheus3, `requests_total{job="${job}"}`)).toBe(5);
    expect(await numberOf(prometheus3, `latency_seconds_count{job="${job}"}`)).toBe(100);
    expect(await numberOf(prometheus3, `latency_seconds_bucket{job="${job}",le="0.25"}`)).toBe(25);
    expect(await prometheus3.lastScrapeError(job)).toBeUndefined();
  });
});

describe('Prometheus 3 by protobuf', () => {
  test('computes quantiles from native buckets', async () => {
    expect(await numberOf(prometheus3, 'histogram_count(latency_seconds{job="protobuf"})')).toBe(100);
    expect(await numberOf(prometheus3, 'histogram_sum(latency_seconds{job="protobuf"})')).toBeCloseTo(50.5, 9);
    // The buckets grow by 2^(1/8), 9%; interpolation within a bucket has a smaller error.
    for (const quantile of [0.1, 0.5, 0.9]) {
      const value = await numberOf(prometheus3, `histogram_quantile(${quantile}, latency_seconds{job="protobuf"})`);
      expect(Math.abs(value! - quantile) / quantile).toBeLessThan(0.09);
    }
  });

  test('stores the start time of a counter as a sample of zero', async () => {
    const [series] = await prometheus3.querySamples('requests_total{job="protobuf"}[10m]');

    expect(series!.points[0]!.value).toBe(0);
    expect(series!.points[1]!.value).toBe(5);
  });
});

test.each(['protobuf', 'openmetrics'])('Prometheus 3 stores exemplars by %s', async (job) => {
  const now = Date.now() / 1000;
  const range = { start: now - 600, end: now + 10 };
  const traces = async (selector: string) =>
    (await prometheus3.queryExemplars(selector, range)).flatMap(({ exemplars }) =>
      exemplars.map(({ labels }) => labels.trace_id),
    );

  expect(await traces(`requests_total{job="${job}"}`)).toContain('counted');
  expect(await traces(`latency_seconds_bucket{job="${job}"}`)).toContain('observed');
});

test.each(['openmetrics', 'text1'])('Prometheus 3 keeps names outside the classic set by %s', async (job) => {
  expect(await numberOf(prometheus3, `{"http.server.requests","http.route"="/ä",job="${job}"}`)).toBe(7);
});

test('Prometheus 3 requests escaped names by protobuf, and receives them', async () => {
  expect(await numberOf(prometheus3, 'http_server_requests{http_route="/ä",job="protobuf"}')).toBe(7);
});

test('Prometheus 2.42 receives escaped names and native histograms', async () => {
  expect(await prometheus2.lastScrapeError('old')).toBeUndefined();
  expect(await numberOf(prometheus2, 'requests_total')).toBe(5);
  expect(await numberOf(prometheus2, 'http_server_requests{http_route="/ä"}')).toBe(7);
  expect(await numberOf(prometheus2, 'histogram_count(latency_seconds)')).toBe(100);
});
