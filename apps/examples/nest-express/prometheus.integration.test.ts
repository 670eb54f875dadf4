import path from 'node:path';
import { describeScrapedExample } from '@tooling/examples';

describeScrapedExample({
  file: path.join(import.meta.dirname, 'server.mjs'),
  requests: [
    [30, 'GET', '/api/products/tea'],
    [20, 'GET', '/api/products/coffee'],
    [10, 'POST', '/api/products/tea/orders'],
    [5, 'GET', '/wp-login.php'],
    [3, 'GET', '/api/products/%E0%A4%A'],
  ],
  halves: {
    count: 7,
    text: 'POST /api/products/tea/orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\nAda',
  },
  ended: 75,
  shows: {
    'sum by (route, status_code) (http_request_duration_seconds_count)': {
      '/api/products/:id 200': 50,
      '/api/products/tea/orders 201': 10,
      '(middleware) 400': 3,
      // Nest answers broken bodies, but the clients have disconnected.
      '(middleware) 499': 7,
      '(unmatched) 404': 5,
    },
    'sum by (route, phase) (http_request_aborts_total)': {
      '(middleware) before_headers': 7,
    },
    'sum(orders_total)': { '': 10 },
  },
});
