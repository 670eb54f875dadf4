import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

/** Starts the program on a free port and gives its address; it ends with the test. */
async function start(): Promise<string> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'server.js')], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, 'line'),
    ended.then(([code]) => {
      throw new Error(`The program ended with code ${code} before it listened`);
    }),
  ]);
  return new URL('/', line).href;
}

test('serves what its README shows', async () => {
  const url = await start();
  const statuses = [
    await fetch(`${url}products/42`),
    await fetch(`${url}products/43`),
    await fetch(`${url}products/tea/orders`, { method: 'POST' }),
    await fetch(`${url}wp-login.php`),
  ].map(({ status }) => status);

  const response = await fetch(`${url}metrics`);

  expect(statuses).toEqual([200, 200, 201, 404]);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text.match(/^http_request_duration_seconds_count.*$/gm)).toEqual([
    'http_request_duration_seconds_count{method="GET",route="/products/:id",status_code="200"} 2',
    'http_request_duration_seconds_count{method="POST",route="/products/tea/orders",status_code="201"} 1',
    'http_request_duration_seconds_count{method="GET",route="(unmatched)",status_code="404"} 1',
  ]);
  expect(text.match(/^(?!.*duration)[^#].*$/gm)).toEqual([
    'orders_total{product="tea"} 1',
    'http_requests_in_flight{method="GET"} 0',
    'http_requests_in_flight{method="POST"} 0',
    'http_oldest_request_age_seconds 0',
    'http_streams_active 0',
    'http_instrumentation_errors_total 0',
  ]);
});
