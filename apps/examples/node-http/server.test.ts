import path from 'node:path';
import { printedUrl } from '@tooling/examples';
import { expect, test } from 'vitest';

test('the node:http example serves the metrics in its README', async () => {
  const url = new URL('/', await printedUrl(path.join(import.meta.dirname, 'server.mjs'))).href;
  const answers: string[] = [];
  for (const path of ['products/42', 'products/43', 'wp-login.php']) {
    answers.push(await (await fetch(url + path)).text());
  }

  const response = await fetch(`${url}metrics`);

  expect(answers).toEqual(['Product 42\n', 'Product 43\n', 'Not found\n']);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect((await response.text()).match(/^http_request_duration_seconds_count.*$/gm)).toEqual([
    'http_request_duration_seconds_count{method="GET",route="/products/:id",status_code="200"} 2',
    'http_request_duration_seconds_count{method="GET",route="(unmatched)",status_code="404"} 1',
  ]);
});
