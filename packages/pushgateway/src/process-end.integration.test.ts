import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { GatewaySink } from '../test/gateway-sink.ts';

/** Entry point of the built package. */
const entry = new URL('../dist/index.mjs', import.meta.url);

/** Returns a program with a gateway, a registry of one metric, and the given statements. */
function run(url: string, program: string, options: object = {}) {
  const code = `
    import { Pushgateway } from ${JSON.stringify(entry.href)};
    import { familyFromRows } from ${JSON.stringify(new URL('../../model/dist/index.mjs', import.meta.url).href)};
    const family = (value) => familyFromRows({ name: 'done', type: 'gauge', rows: [{ value }] });
    let done = 0;
    const registry = { gather: async () => [family(done)] };
    const options = { url: ${JSON.stringify(url)}, job: 'test', registry, ...${JSON.stringify(options)} };
    const gateway = new Pushgateway(options);
    ${program}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 50_000,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: endOf(child) };
}

async function endOf(child: ChildProcess) {
  const [[code, signal], errors] = await Promise.all([once(child, 'close'), text(child.stderr!)]);
  return { code, signal, errors };
}

const WELL = { code: 0, signal: null, errors: '' };

describe('a program with Pushgateway and nothing else to do', () => {
  test.each(['push', 'pushAdd', 'delete'])('does not end before its %s is done', async (call) => {
    const sink = await GatewaySink.start((res) => void setTimeout(() => res.end(), 300));

    const { ended } = run(sink.url, `await gateway.${call}();`);

    expect(await ended).toEqual(WELL);
    expect(sink.received).toHaveLength(1);
  });

  test('does not end between two attempts', async () => {
    const sink = await GatewaySink.start((res, count) => void res.writeHead(count === 1 ? 503 : 200).end());

    const { ended } = run(sink.url, 'await gateway.push();');

    expect(await ended).toEqual(WELL);
    expect(sink.received).toHaveLength(2);
  });

  test('ends with code 0 after an aborted push', async () => {
    const sink = await GatewaySink.start(() => undefined);
    const program = `
      const signal = AbortSignal.timeout(300);
      await gateway.push({ signal }).catch((error) => { if (error !== signal.reason) throw error; });`;

    const { ended } = run(sink.url, program);

    expect(await ended).toEqual(WELL);
  });

  test('pushes the newest values once at its end, with pushAtExit', async () => {
    const sink = await GatewaySink.start((res) => void setTimeout(() => res.end(), 100));
    const program = `
      gateway.start({ intervalMs: 1_000_000, pushAtExit: true });
      setTimeout(() => { done = 7; }, 50);`;

    const { ended } = run(sink.url, program);

    expect(await ended).toEqual(WELL);
    expect(sink.received.map(({ text }) => text)).toEqual(['# TYPE done gauge\ndone 7\n']);
  });

  test('deletes its group at its end, with deleteOnStop', async () => {
    const sink = await GatewaySink.start();

    const { ended } = run(sink.url, 'gateway.start({ pushAtExit: true, deleteOnStop: true });');

    expect(await ended).toEqual(WELL);
    expect(sink.received.map(({ method }) => method)).toEqual(['DELETE']);
  });

  test('ends in spite of a hanging server, with a warning', async () => {
    const sink = await GatewaySink.start(() => undefined);

    const { ended } = run(sink.url, 'gateway.start({ pushAtExit: true });');

    expect(await ended).toMatchObject({
      code: 0,
      signal: null,
      errors: expect.stringContaining('PushWarning: The last push did not end within 5000 ms of the stop'),
    });
  });
});

describe('a signal to a program with Pushgateway', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends a program that pushes at its end as it ends any other',
    async (name) => {
      const sink = await GatewaySink.start();
      const { child, ended } = run(
        sink.url,
        "gateway.start({ intervalMs: 10, pushAtExit: true }); setInterval(() => undefined, 1000); console.log('ready');",
      );
      await once(child.stdout!, 'data');

      child.kill(name);

      expect(await ended).toEqual({ code: null, signal: name, errors: '' });
    },
  );

  test('leaves time for a last push in a handler of the program, as documented', async () => {
    const sink = await GatewaySink.start();
    const program = `
      gateway.start({ intervalMs: 1_000_000 });
      process.once('SIGTERM', async () => {
        await gateway.stop();
        process.exit();
      });
      setInterval(() => undefined, 1000);
      done = 3;
      console.log('ready');`;
    const { child, ended } = run(sink.url, program);
    await once(child.stdout!, 'data');

    child.kill('SIGTERM');

    expect(await ended).toEqual(WELL);
    expect(sink.received.map(({ text }) => text)).toEqual(['# TYPE done gauge\ndone 3\n']);
  });
});
