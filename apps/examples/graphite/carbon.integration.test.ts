import { type CarbonServer, startCarbon } from '@tooling/servers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runExample } from './run-example.ts';

let carbon: CarbonServer;
beforeAll(async () => {
  carbon = await startCarbon({ version: '1.1.7' });
});
afterAll(() => carbon?.stop());

test('Graphite shows the counter of the example', async () => {
  const example = await runExample(carbon.linePort);
  await fetch(example.url, { headers: { Connection: 'close' } });
  await fetch(example.url, { headers: { Connection: 'close' } });

  expect(await example.stop()).toBe(0);

  const [series] = await carbon.until("seriesByTag('name=apps.shop.orders_total')");
  expect(series).toMatchObject({ tags: { host: 'web-1', product: 'green_tea' }, points: [{ value: 2 }] });
});
