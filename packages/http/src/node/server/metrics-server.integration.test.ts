import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';

/** The package must be built. */
const entry = new URL('../../../dist/index.mjs', import.meta.url);

/** Starts a program that starts a metrics server, runs the given code and has no other work. */
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

describe('startMetricsServer', () => {
  test('does not keep a program running, even with a connection that a client keeps open', async () => {
    const { child, exited, url } = await run({});
    const agent = new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    const status = await ask(url, agent);

    child.stdin.write('end\n');

    expect(status).toBe(200);
    // A kept connection would keep the program running for 5 s after each scrape.
    const late = new Promise((resolve) => setTimeout(resolve, 4000, 'late'));
    expect(await Promise.race([exited, late])).toEqual([0, null]);
  });

  test('keeps a program running with the option keepAlive', async () => {
    const { child, exited, url } = await run({ keepAlive: true });
    const agent = new Agent();

    child.stdin.write('end\n');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const status = await ask(url, agent);
    child.kill();

    expect(status).toBe(200);
    expect(await exited).toEqual([null, 'SIGTERM']);
  });
});
