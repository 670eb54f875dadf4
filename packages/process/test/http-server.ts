import { once } from 'node:events';
import { createServer, get, type RequestListener, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Serves until the test has finished; gives the host that requests name. */
export async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Asks for something, and reads the answer to its end. */
export async function getText(url: string, options: RequestOptions = {}): Promise<void> {
  const [response] = await once(get(url, options), 'response');
  response.resume();
  await once(response, 'end');
}

/** Waits, a turn of the event loop at a time. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(setImmediate);
}
