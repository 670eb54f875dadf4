import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Opens a connection that reads nothing by itself and ends with the test. */
export function open(port: number, host = '127.0.0.1'): Socket {
  const socket = connect(port, host);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** Like {@link open}, and waits until the connection is established. */
export async function opened(port: number): Promise<Socket> {
  const socket = open(port);
  await once(socket, 'connect');
  return socket;
}
