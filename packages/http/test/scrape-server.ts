import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Counter, Registry } from '@promwright/metrics';
import { ask as askPath, listening, open, type ReceivedResponse } from '@tooling/http-scenarios';
import { scrapeHandler } from '../src/node/scrape/scrape-handler.ts';
import type { ScrapeOptions } from '../src/scrape/scrape-options.ts';

export { listening, open };

/** Starts a server that serves every request as a scrape, until the end of the test. */
export async function serve(options?: ScrapeOptions<IncomingMessage>): Promise<{ server: Server; port: number }> {
  const server = createServer(scrapeHandler(options));
  return { server, port: await listening(server) };
}

/** Sends a request, by default for `/`. */
export function ask(
  port: number,
  { path = '/', ...options }: { host?: string; path?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<ReceivedResponse> {
  return askPath(port, path, options);
}

/** Sends bytes, optionally ends the sending side, and returns the bytes received until the server closes the connection. */
export async function askRaw(port: number, bytes: string, isAll = false): Promise<string> {
  const socket = open(port);
  // Node takes an ended connection for a client that has left, if it notices the end before it has responded.
  if (isAll) socket.end(bytes);
  else socket.write(bytes);
  return text(socket);
}

/** Creates a registry with one counter that has this number of series. */
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
