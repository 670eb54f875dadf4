import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

test('the example serves metrics on a separate port, and ends after SIGTERM', async () => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'server.mjs')], {
    env: { ...process.env, PORT: '0', METRICS_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const application = (await lines.next()).value as string;
  const metrics = (await lines.next()).value as string;

  const hello = await (await fetch(application, { headers: { Connection: 'close' } })).text();
  const notThere = await fetch(`${application}metrics`, { headers: { Connection: 'close' } });
  const scrape = await (await fetch(metrics)).text();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');

  expect(hello).toBe('Hello\n');
  expect(await notThere.text()).toBe('Hello\n');
  expect(scrape.match(/^http_request_duration_seconds_count.*$/gm)).toEqual([
    'http_request_duration_seconds_count{method="GET",route="(unmatched)",status_code="200"} 2',
  ]);
  expect(code).toBe(0);
});
