import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import {
  type PrometheusServer,
  parseOpenMetricsStrictly,
  promtoolCheckMetrics,
  type RunningProcess,
  startProcess,
  startPrometheus,
} from '@tooling/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';

let app: RunningProcess;
let server: PrometheusServer;

beforeAll(async () => {
  app = await startProcess({
    name: 'the example',
    command: process.execPath,
    args: () => [path.join(import.meta.dirname, 'server.js')],
    env: (port) => ({ PORT: String(port) }),
    ready: '/metrics',
  });
  const targets = [{ address: new URL(app.url).host, job: 'shop' }];
  server = await startPrometheus({ version: '3', targets, scrapeIntervalMs: 250 });
});
afterAll(async () => {
  await Promise.all([app?.stop(), server?.stop()]);
});

async function send(count: number, method: string, url: string): Promise<void> {
  for (let i = 0; i < count; i++) await (await fetch(app.url + url, { method })).arrayBuffer();
}

/** Sends half of a body and leaves. */
async function sendHalf(): Promise<void> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.end('PUT /products/tea HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nAda');
  socket.resume();
  await closed;
}

test('Prometheus counts exactly what was sent, clients that left included', async () => {
  await send(30, 'GET', '/products/tea');
  await send(20, 'GET', '/products/coffee');
  await send(10, 'PUT', '/products/tea');
  await send(5, 'GET', '/wp-login.php');
  await send(3, 'GET', '/products/%E0%A4%A');
  for (let i = 0; i < 7; i++) await sendHalf();
  await server.until('sum(http_request_duration_seconds_count) == 75');

  const numbers = async (query: string) =>
    Object.fromEntries(
      (await server.query(query)).map(({ labels, value }) => [Object.values(labels).sort().join(' '), value]),
    );
  expect(await numbers('sum by (route, status_code) (http_request_duration_seconds_count)')).toEqual({
    '/products/:id 200': 60,
    '/products/:id 499': 7,
    '(unmatched) 404': 8,
  });
  expect(await numbers('sum by (route, phase) (http_request_aborts_total)')).toEqual({
    '/products/:id before_headers': 7,
  });
  expect(await numbers('sum(http_requests_in_flight)')).toEqual({ '': 0 });
  expect(await server.lastScrapeError('shop')).toBeUndefined();
});

test('what it serves passes promtool without a word, and a strict parser of OpenMetrics', async () => {
  const text = await (await fetch(`${app.url}/metrics`)).text();
  const openMetrics = await fetch(`${app.url}/metrics`, {
    headers: { accept: 'application/openmetrics-text;version=1.0.0' },
  });

  expect(await promtoolCheckMetrics(text, '3')).toEqual({ exitCode: 0, output: '' });
  expect(await parseOpenMetricsStrictly(await openMetrics.text())).toMatchObject({ ok: true });
});
