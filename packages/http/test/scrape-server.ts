import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { Counter, Registry } from '@promwright/metrics';
import { onTestFinished } from 'vitest';
import { scrapeHandler } from '../src/scrape-handler.ts';
import type { ScrapeOptions } from '../src/scrape-options.ts';

/** A server that answers every request as a scrape, until the test is over. */
export async function serve(options?: ScrapeOptions<IncomingMessage>): Promise<{ server: Server; port: number }> {
  const server = createServer(scrapeHandler(options));
  return { server, port: await listening(server) };
}

/** The port of a server that listens until the test is over. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** As plain as it gets: nothing is added to the request or undone in the answer. */
export function ask(
  port: number,
  options: { host?: string; path?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ port, host: '127.0.0.1', path: '/', agent: false, ...options }, async (res) => {
      try {
        const body = Buffer.concat(await res.toArray());
        resolve({ status: res.statusCode!, headers: res.headers, body });
      } catch (error) {
        reject(error);
      }
    });
    req.on('error', reject).end();
  });
}

/** Sends these bytes, and perhaps that there are no more, and gives what comes until the server closes. */
export async function askRaw(port: number, bytes: string, isAll = false): Promise<string> {
  const socket = open(port);
  // Node takes a connection that is ended for a client that has left, if it sees that before the answer.
  if (isAll) socket.end(bytes);
  else socket.write(bytes);
  return text(socket);
}

/** A connection that reads nothing by itself and ends with the test. */
export function open(port: number, host = '127.0.0.1'): Socket {
  const socket = connect(port, host);
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** A registry with one counter, of so many series. */
export function registryOf(series: number): Registry {
  const registry = new Registry();
  const counter = new Counter({
    name: 'jobs_total',
    help: 'Jobs.',
    labelNames: ['id'],
    registry,
    labelLimit: Infinity,
  });
  for (let i = 0; i < series; i++) counter.inc({ id: `some-job-with-a-long-name-${i}` }, i + 0.25);
  return registry;
}
