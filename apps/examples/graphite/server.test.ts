import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { runExample } from './run-example.ts';

test('the Graphite example sends its counter after SIGTERM', async () => {
  const graphite = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void graphite.close());
  await once(graphite, 'listening');
  const reported = once(graphite, 'connection').then(([socket]) => text(socket));
  const example = await runExample((graphite.address() as AddressInfo).port);
  for (let i = 0; i < 3; i++) await fetch(example.url, { headers: { Connection: 'close' } });

  const code = await example.stop();

  expect(code).toBe(0);
  expect(await reported).toMatch(/^apps\.shop\.orders_total;host=web-1;product=green_tea 3 \d{10}\n$/);
});
