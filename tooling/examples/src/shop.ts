import { expect, test } from 'vitest';
import { printedUrl } from './printed-url.ts';

/** Defines the test that a shop serves the metrics of its README after two products, one order and one scanner. */
export function testShop(title: string, file: string, prefix = ''): void {
  test(title, async () => {
    const url = await printedUrl(file);
    const ask = (path: string, method = 'GET') => fetch(new URL(path, url), { method });
    const statuses = [
      await ask(`${prefix}/products/42`),
      await ask(`${prefix}/products/43?x=1`),
      await ask(`${prefix}/products/tea/orders`, 'POST'),
      await ask('/wp-login.php'),
    ].map(({ status }) => status);

    const response = await ask('/metrics');

    expect(statuses).toEqual([200, 200, 201, 404]);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    const text = await response.text();
    expect(text.match(/^http_request_duration_seconds_count.*$/gm)).toEqual([
      `http_request_duration_seconds_count{method="GET",route="${prefix}/products/:id",status_code="200"} 2`,
      `http_request_duration_seconds_count{method="POST",route="${prefix}/products/tea/orders",status_code="201"} 1`,
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
}
