import { once } from 'node:events';
import { createServer, get, type RequestListener, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Starts a server until the test has finished; returns its host and port for requests. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends a request and reads the response to its end. */
export async function getText(url: string, options: RequestOptions = {}): Promise<void> {
  const [response] = await once(get(url, options), 'response');
  response.resume();
  await once(response, 'end');
}

/** Waits turn by turn of the event loop until `isReached` returns true. */
export async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise(setImmediate);
}
