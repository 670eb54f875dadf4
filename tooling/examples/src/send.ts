import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends a request to the application at `url` so many times, each when the answer to the one before has been read. */
export async function send(url: string, count: number, method: string, path: string): Promise<void> {
  for (let i = 0; i < count; i++) await (await fetch(url + path, { method })).arrayBuffer();
}

/** Sends the application at `url` a request that breaks off, and leaves. */
export async function sendHalf(url: string, text: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.end(text);
  socket.resume();
  await closed;
}
