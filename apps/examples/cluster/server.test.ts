import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { printedUrl } from '@tooling/examples';
import { expect, test } from 'vitest';

test('each worker of the cluster example shows the orders of all workers', async () => {
  const url = new URL(await printedUrl(path.join(import.meta.dirname, 'server.mjs')));
  const connection = { headers: { connection: 'close' } };
  for (let i = 0; i < 40; i++) {
    const { status } = await fetch(new URL('/products/tea/orders', url), { method: 'POST', ...connection });
    expect(status).toBe(201);
  }
  // The time between two publications.
  await delay(600);

  const scrapes = await Promise.all(Array.from({ length: 8 }, async () => (await fetch(url, connection)).text()));

  for (const text of scrapes) {
    expect(text).toContain('\norders_total{product="tea"} 40\n');
    expect(text).toContain(
      '\nhttp_request_duration_seconds_count{method="POST",route="/products/tea/orders",status_code="201"} 40\n',
    );
    expect(text).toContain('\npromwright_members{state="live"} 4\n');
  }
});
