import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type FullListener, runToEnd, startFullListener } from '@tooling/servers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** Entry point of the built package. */
const entry = new URL('../dist/index.mjs', import.meta.url).href;
/** Reads nothing. */
const silent = createServer({ pauseOnConnect: true });
let full: FullListener;

beforeAll(async () => {
  full = await startFullListener();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  silent.close();
  await full.stop();
});

/** Runs a program until it ends; returns its lines. The I/O of `connecting` and `sending` never ends by itself. */
async function linesOf(program: string): Promise<string[]> {
  const prelude = `
    import { connect } from 'node:net';
    import { setTimeout as delay } from 'node:timers/promises';
    import { Worker } from 'node:worker_threads';
    import { BackgroundIo, keepProcessAlive } from ${JSON.stringify(entry)};
    const io = new BackgroundIo();
    const pending = (signal, socket) => new Promise((resolve, reject) => {
      socket.unref();
      signal.addEventListener('abort', () => {
        socket.destroy();
        reject(signal.reason);
      });
    });
    const connecting = (signal) => pending(signal, connect(${full.port}, '127.0.0.1'));
    const sending = (signal) => {
      const socket = connect(${(silent.address() as AddressInfo).port}, '127.0.0.1');
      socket.write(Buffer.alloc(2e7));
      return pending(signal, socket);
    };
    const start = (task) => void io.run(task).catch((error) => console.log(error.message));
    `;
  const { exitCode, stdout, stderr } = await runToEnd(process.execPath, [
    '--input-type=module',
    '--eval',
    prelude + program,
  ]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('BackgroundIo', () => {
  test.concurrent.each(['connecting', 'sending'])(
    'does not keep a program alive by %s, and ends without a word',
    async (task) => {
      expect(await linesOf(`start(${task}); console.log('begun');`)).toEqual(['begun']);
    },
  );

  test.concurrent('aborts a task once the other work of the program has ended', async () => {
    const lines = await linesOf(`
      start((signal) => {
        signal.addEventListener('abort', () => console.log('aborted'));
        return connecting(signal);
      });
      await delay(1000);
      console.log('worked');
    `);

    expect(lines).toEqual(['worked', 'aborted']);
  });

  test.concurrent('aborts nothing that waits for no I/O', async () => {
    const lines = await linesOf(`
      new Worker('setTimeout(() => {}, 1000)', { eval: true });
      start(async (signal) => {
        await delay(800, undefined, { ref: false });
        console.log(signal.aborted);
      });
    `);

    expect(lines).toEqual(['false']);
  });

  test.concurrent('reports the end of a task if the program lives on, and gives later tasks more time', async () => {
    const lines = await linesOf(`
      new Worker('setTimeout(() => {}, 1500)', { eval: true });
      for (let i = 0; i < 2; i++) await io.run(connecting).catch((error) => console.log(error.message));
      start(connecting);
    `);

    expect(lines).toEqual([
      'given up after 250 ms, because the process seemed to have no other work',
      'given up after 500 ms, because the process seemed to have no other work',
    ]);
  });

  test.concurrent.each([
    ['within keepProcessAlive', '', 'keepProcessAlive(() => io.run(task));'],
    ['in a runtime that does not list its resources', 'process.getActiveResourcesInfo = undefined;', 'start(task);'],
  ])('aborts nothing %s', async (_, before, call) => {
    const lines = await linesOf(`
      ${before}
      const task = async (signal) => {
        await Promise.race([connecting(signal), delay(800, undefined, { ref: false })]);
        console.log(signal.aborted);
        process.exit();
      };
      ${call}
    `);

    expect(lines).toEqual(['false']);
  });
});
