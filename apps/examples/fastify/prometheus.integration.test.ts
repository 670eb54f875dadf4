import path from 'node:path';
import { describeScrapedExample } from '@tooling/examples';

describeScrapedExample({
  file: path.join(import.meta.dirname, 'server.mjs'),
  requests: [
    [30, 'GET', '/products/tea'],
    [20, 'GET', '/products/coffee'],
    [10, 'POST', '/products/tea/orders'],
    [5, 'GET', '/wp-login.php'],
    [3, 'GET', '/products/%E0%A4%A'],
  ],
  halves: {
    count: 7,
    text: 'POST /products/tea/orders HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 12\r\n\r\nAda',
  },
  ended: 75,
  shows: {
    'sum by (route, status_code) (http_request_duration_seconds_count)': {
      '/products/:id 200': 50,
      '/products/tea/orders 201': 10,
      '/products/tea/orders 499': 7,
      '(unmatched) 400': 3,
      '(unmatched) 404': 5,
    },
    'sum by (route, phase) (http_request_aborts_total)': {
      '/products/tea/orders before_headers': 7,
    },
    'sum(orders_total)': { '': 10 },
  },
});
