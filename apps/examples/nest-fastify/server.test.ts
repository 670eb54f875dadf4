import path from 'node:path';
import { startProcess } from '@tooling/servers';
import { expect, onTestFinished, test } from 'vitest';

test('counts every request once, under the route that its controller declares', async () => {
  const server = await startProcess({
    name: 'the example',
    command: process.execPath,
    args: () => [path.join(import.meta.dirname, 'server.js')],
    env: (port) => ({ PORT: String(port) }),
    ready: '/metrics',
  });
  onTestFinished(() => server.stop());
  const statuses = [
    await fetch(`${server.url}/api/products/42`),
    await fetch(`${server.url}/api/products/43?x=1`),
    await fetch(`${server.url}/api/products/tea/orders`, { method: 'POST' }),
    await fetch(`${server.url}/wp-login.php`),
  ].map(({ status }) => status);

  const text = await (await fetch(`${server.url}/metrics`)).text();

  expect(statuses).toEqual([200, 200, 201, 404]);
  expect(text.match(/^http_request_duration_seconds_count.*$/gm)).toEqual([
    'http_request_duration_seconds_count{method="GET",route="/api/products/:id",status_code="200"} 2',
    'http_request_duration_seconds_count{method="POST",route="/api/products/tea/orders",status_code="201"} 1',
    'http_request_duration_seconds_count{method="GET",route="(unmatched)",status_code="404"} 1',
  ]);
  expect(text).toContain('\norders_total{product="tea"} 1\n');
  expect(text).toContain('\nhttp_requests_in_flight{method="GET"} 0\n');
  expect(text).toContain('\nhttp_instrumentation_errors_total 0\n');
});
