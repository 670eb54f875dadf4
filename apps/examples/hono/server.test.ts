import path from 'node:path';
import { startProcess } from '@tooling/servers';
import { expect, onTestFinished, test } from 'vitest';

/** Starts a program and gives its address; it ends with the test. */
async function start(program: string): Promise<string> {
  const server = await startProcess({
    name: program,
    command: process.execPath,
    args: () => [path.join(import.meta.dirname, program)],
    env: (port) => ({ PORT: String(port) }),
    ready: '/metrics',
  });
  onTestFinished(() => server.stop());
  return server.url;
}

test.each(['server.js', 'instrumented-server.js'])('%s counts every request once, under its route', async (program) => {
  const url = await start(program);
  const statuses = [
    await fetch(`${url}/products/42`),
    await fetch(`${url}/products/43?x=1`),
    await fetch(`${url}/products/tea/orders`, { method: 'POST' }),
    await fetch(`${url}/wp-login.php`),
  ].map(({ status }) => status);

  const response = await fetch(`${url}/metrics`);

  expect(statuses).toEqual([200, 200, 201, 404]);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(response.headers.get('content-encoding')).toBe('gzip');
  const text = await response.text();
  expect(text.match(/^http_request_duration_seconds_count.*$/gm)).toEqual([
    'http_request_duration_seconds_count{method="GET",route="/products/:id",status_code="200"} 2',
    'http_request_duration_seconds_count{method="POST",route="/products/tea/orders",status_code="201"} 1',
    'http_request_duration_seconds_count{method="GET",route="(unmatched)",status_code="404"} 1',
  ]);
  expect(text).toContain('\norders_total{product="tea"} 1\n');
  expect(text).toContain('\nhttp_requests_in_flight{method="GET"} 0\n');
  expect(text).toContain('\nhttp_instrumentation_errors_total 0\n');
});
