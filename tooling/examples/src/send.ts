import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends a request to the application at `url` `count` times, each after the previous response has been read. */
export async function send(url: string, count: number, method: string, path: string): Promise<void> {
  for (let i = 0; i < count; i++) await (await fetch(url + path, { method })).arrayBuffer();
}

/** Sends an incomplete request to the application at `url` and disconnects. */
export async function sendHalf(url: string, text: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.end(text);
  socket.resume();
  await closed;
}
