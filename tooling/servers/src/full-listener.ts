import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startProcess } from './start-process.ts';

/** Listener whose queue of connections is full, as started by {@link startFullListener}. */
export interface FullListener {
  readonly port: number;
  stop(): Promise<void>;
}

/** More than the queue holds: a system may add one or two places to the backlog. */
const CONNECTIONS = 6;
/** Longer than a connection takes that is accepted by the system. */
const SETTLE_MS = 200;

const PROGRAM = `
const server = require('node:net').createServer();
server.listen(Number(process.argv[1]), '127.0.0.1', 1, () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/**
 * Starts a listener that neither accepts nor refuses connections, as behind a firewall that drops packets: a connection to its
 * port stays pending for minutes. Linux only; other systems refuse it.
 */
export async function startFullListener(): Promise<FullListener> {
  const sockets: Socket[] = [];
  const open = (port: number) => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    return socket;
  };
  const listener = await startProcess({
    name: 'full listener',
    command: process.execPath,
    args: (port) => ['--eval', PROGRAM, String(port)],
    ready: async ({ port }) => {
      await once(open(port), 'connect');
      return true;
    },
  });
  for (let i = 1; i < CONNECTIONS; i++) open(listener.port);
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    await listener.stop();
  };
  await delay(SETTLE_MS);
  if (sockets.at(-1)!.connecting) return { port: listener.port, stop };
  await stop();
  throw new Error(`The queue of the listener on port ${listener.port} is not full`);
}
