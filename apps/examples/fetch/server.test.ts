import { expect, test } from 'vitest';
import server from './server.mjs';

test('the fetch example serves the metrics in its README', async () => {
  const ask = (path: string, method = 'GET') => server.fetch(new Request(`http://localhost${path}`, { method }));
  const statuses = [
    await ask('/products/42'),
    await ask('/products/43'),
    await ask('/products/tea/orders', 'POST'),
    await ask('/wp-login.php'),
  ].map(({ status }) => status);

  const text = await (await ask('/metrics')).text();

  expect(statuses).toEqual([200, 200, 201, 404]);
  expect(text.match(/^http_request_duration_seconds_count.*$/gm)).toEqual([
    'http_request_duration_seconds_count{method="GET",route="/products/:id",status_code="200"} 2',
    'http_request_duration_seconds_count{method="POST",route="/products/tea/orders",status_code="201"} 1',
    'http_request_duration_seconds_count{method="GET",route="(unmatched)",status_code="404"} 1',
  ]);
  expect(text).toContain('\norders_total{product="tea"} 1\n');
  expect(text).toContain('\nhttp_instrumentation_errors_total 0\n');
});
