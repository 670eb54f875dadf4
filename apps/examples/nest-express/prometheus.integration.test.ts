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

/** Sends half of an order and leaves. */
async function sendHalf(): Promise<void> {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.end(
    'POST /api/products/tea/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\nAda',
  );
  socket.resume();
  await closed;
}

test('Prometheus counts exactly what was sent, clients that left included', async () => {
  await send(30, 'GET', '/api/products/tea');
  await send(20, 'GET', '/api/products/coffee');
  await send(10, 'POST', '/api/products/tea/orders');
  await send(5, 'GET', '/wp-login.php');
  await send(3, 'GET', '/api/products/%E0%A4%A');
  for (let i = 0; i < 7; i++) await sendHalf();
  await server.until('sum(http_request_duration_seconds_count) == 75');

  const numbers = async (query: string) =>
    Object.fromEntries(
      (await server.query(query)).map(({ labels, value }) => [Object.values(labels).sort().join(' '), value]),
    );
  expect(await numbers('sum by (route, status_code) (http_request_duration_seconds_count)')).toEqual({
    '/api/products/:id 200': 50,
    '/api/products/tea/orders 201': 10,
    // Nest answers bodies that break off, though nobody listens any more.
    '(middleware) 400': 3 + 7,
    '(unmatched) 404': 5,
  });
  expect(await numbers('sum by (route, phase) (http_request_aborts_total)')).toEqual({
    '(middleware) mid_response': 7,
  });
  expect(await numbers('sum(http_requests_in_flight)')).toEqual({ '': 0 });
  expect(await numbers('sum(orders_total)')).toEqual({ '': 10 });
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
