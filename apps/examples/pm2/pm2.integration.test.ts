import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@tooling/servers';
import { expect, onTestFinished, test } from 'vitest';

const PM2 = createRequire(import.meta.url).resolve('pm2/bin/pm2');
const CLOSE = { headers: { connection: 'close' } };

test('four processes of PM2 have one /metrics, whose sums never decrease while they are reloaded', async () => {
  const home = mkdtempSync(path.join(tmpdir(), 'promwright-pm2-'));
  const port = await freePort();
  const env = {
    ...process.env,
    PM2_HOME: home,
    PORT: String(port),
    PM2_DISABLE_VERSION_CHECK: 'true',
  };
  const pm2 = (...args: string[]) =>
    promisify(execFile)(process.execPath, [PM2, ...args], { cwd: import.meta.dirname, env });
  onTestFinished(async () => {
    await pm2('kill');
    rmSync(home, { recursive: true, force: true });
  });
  const order = async () => {
    const response = await fetch(`http://localhost:${port}/products/tea/orders`, { method: 'POST', ...CLOSE });
    expect(response.status).toBe(201);
  };
  const scrape = async () => {
    const text = await (await fetch(`http://localhost:${port}/metrics`, CLOSE)).text();
    const value = (line: string) =>
      Number(new RegExp(`^${line.replaceAll(/[{}]/g, '\\$&')} (.*)$`, 'm').exec(text)?.[1]);
    return { orders: value('orders_total{product="tea"}'), live: value('promwright_members{state="live"}') };
  };

  await pm2('start', 'ecosystem.config.cjs');
  for (let i = 0; i < 20; i++) await order();
  await expect.poll(scrape, { timeout: 20_000 }).toEqual({ orders: 20, live: 4 });

  let isReloading = true;
  const reload = pm2('reload', 'shop').finally(() => {
    isReloading = false;
  });
  const seen: number[] = [];
  let made = 20;
  while (isReloading) {
    await order();
    made++;
    seen.push((await scrape()).orders);
    await delay(50);
  }
  await reload;

  await expect.poll(scrape, { timeout: 20_000 }).toEqual({ orders: made, live: 4 });
  expect(seen.length).toBeGreaterThan(5);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});
