import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { Counter, Registry } from '@promwright/metrics';
import { ask as askPath, listening, open, type ReceivedResponse } from '@tooling/http-scenarios';
import { scrapeHandler } from '../src/node/scrape/scrape-handler.ts';
import type { ScrapeOptions } from '../src/scrape/scrape-options.ts';

export { listening, open };

/** A server that answers every request as a scrape, until the test is over. */
export async function serve(options?: ScrapeOptions<IncomingMessage>): Promise<{ server: Server; port: number }> {
  const server = createServer(scrapeHandler(options));
  return { server, port: await listening(server) };
}

/** Asks for `/`, or for what the options say. */
export function ask(
  port: number,
  { path = '/', ...options }: { host?: string; path?: string; method?: string; headers?: Record<string, string> } = {},
): Promise<ReceivedResponse> {
  return askPath(port, path, options);
}

/** Sends these bytes, and perhaps that there are no more, and gives what comes until the server closes. */
export async function askRaw(port: number, bytes: string, isAll = false): Promise<string> {
  const socket = open(port);
  // Node takes a connection that is ended for a client that has left, if it sees that before the answer.
  if (isAll) socket.end(bytes);
  else socket.write(bytes);
  return text(socket);
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
