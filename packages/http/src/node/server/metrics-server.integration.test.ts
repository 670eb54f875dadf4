import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

/** It has to be built. */
const entry = new URL('../../../dist/index.mjs', import.meta.url);

/** A program that starts a server of metrics and has nothing else to do, but what it reads. */
async function run(options: object) {
  const program = `
    import { startMetricsServer } from ${JSON.stringify(entry.href)};
    const server = await startMetricsServer(${JSON.stringify({ port: 0, ...options })});
    console.log(server.url);
    process.stdin.once('data', () => process.stdin.destroy());`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 30_000,
  });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, exited: once(child, 'exit'), url: line.toString().trim() };
}

async function ask(url: string, agent: Agent): Promise<number | undefined> {
  const [res] = (await once(get(url, { agent }), 'response')) as [IncomingMessage];
  await text(res);
  return res.statusCode;
}

test('does not keep a program running, even with a connection that a reader keeps', async () => {
  const { child, exited, url } = await run({});
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const status = await ask(url, agent);

  child.stdin.write('end\n');

  expect(status).toBe(200);
  // A connection that is kept would hold it for 5 s after each scrape.
  const late = new Promise((resolve) => setTimeout(resolve, 4000, 'late'));
  expect(await Promise.race([exited, late])).toEqual([0, null]);
});

test('keeps a program running where it is to', async () => {
  const { child, exited, url } = await run({ keepAlive: true });
  const agent = new Agent();

  child.stdin.write('end\n');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const status = await ask(url, agent);
  child.kill();

  expect(status).toBe(200);
  expect(await exited).toEqual([null, 'SIGTERM']);
});
