// A Next.js application: a production build, its server, and a scrape.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { consumer, run, tool, write } from '../consumer.mjs';

const FILES = {
  'package.json': '{ "name": "next-application", "private": true }\n',
  'next.config.mjs': 'export default {};\n',
  'app/layout.js': 'export default function Layout({ children }) { return <html><body>{children}</body></html>; }\n',
  'app/orders/[id]/route.js': `
import { fetchMetrics } from '@promwright/http/fetch';
import { Counter } from '@promwright/metrics';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.' });
export const GET = fetchMetrics(
  async () => {
    orders.inc();
    return new Response('Order');
  },
  { route: () => '/orders/[id]' },
);
`,
  'app/metrics/route.js': `
import { fetchScrapeHandler } from '@promwright/http/fetch';

export const dynamic = 'force-dynamic';
export const GET = fetchScrapeHandler();
`,
};

export function nextTrials() {
  return [['Next.js, a production build and a scrape', buildAndScrape]];
}

async function buildAndScrape() {
  for (const [file, text] of Object.entries(FILES)) write(`next/${file}`, text);
  const folder = path.join(consumer, 'next');
  const next = tool('next', 'dist/bin/next');
  const env = { NEXT_TELEMETRY_DISABLED: '1' };
  await run(process.execPath, [next, 'build'], { cwd: folder, env });

  const server = spawn(process.execPath, [next, 'start', '--port', '0', '--hostname', '127.0.0.1'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'exit');
  try {
    const url = await Promise.race([
      addressFrom(server.stdout),
      ended.then(() => assert.fail('next start ended before it listened')),
    ]);
    for (const id of [1, 2]) assert.equal(await (await fetch(`${url}/orders/${id}`)).text(), 'Order');
    const page = await (await fetch(`${url}/metrics`)).text();
    assert.match(page, /^orders_total 2$/m);
    assert.match(
      page,
      /^http_request_duration_seconds_count\{method="GET",route="\/orders\/\[id\]",status_code="200"\} 2$/m,
    );
  } finally {
    server.kill();
    await ended;
  }
}

async function addressFrom(stdout) {
  for await (const line of createInterface({ input: stdout })) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? [];
    if (address !== undefined) return address;
  }
  throw new Error('next start printed no address');
}
