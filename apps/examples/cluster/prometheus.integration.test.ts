import path from 'node:path';
import { printedUrl } from '@tooling/examples';
import { startPrometheus } from '@tooling/servers';
import { expect, onTestFinished, test } from 'vitest';

test('Prometheus discovers each worker of the cluster example as a target', async () => {
  const url = new URL(await printedUrl(path.join(import.meta.dirname, 'server.mjs')));
  for (let i = 0; i < 20; i++) {
    const order = new URL('/products/tea/orders', url);
    await fetch(order, { method: 'POST', headers: { connection: 'close' } });
  }
  const discovery = { http_sd_configs: [{ url: `${url.href}?discover`, refresh_interval: '1s' }] };
  const prometheus = await startPrometheus({
    version: '3',
    targets: [{ address: url.host, job: 'shop', labels: { instance: 'all' } }],
    extraScrapeConfig: discovery,
  });
  onTestFinished(() => prometheus.stop());
  const value = async (query: string) => Number((await prometheus.query(query))[0]?.value);

  await expect.poll(() => value('count(up{instance!="all"} == 1)'), { timeout: 30_000 }).toBe(4);
  await expect.poll(() => value('orders_total{instance="all"}'), { timeout: 30_000 }).toBe(20);
  await expect.poll(() => value('sum(orders_total{instance!="all"})'), { timeout: 30_000 }).toBe(20);
});
