import { createServer as createHttp2Server } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { Gauge, Registry } from '@promwright/metrics';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { http2Session } from '../../../test/http2-session.ts';
import { ask, open, serve } from '../../../test/scrape-server.ts';
import { fetchScrapeHandler } from '../../fetch/fetch-scrape-handler.ts';
import { scrapeHandler } from './scrape-handler.ts';

/** Registry whose page is larger than the buffers of a connection. */
function largeRegistry(): Registry {
  const registry = new Registry();
  const help = 'x'.repeat(1000);
  for (let i = 0; i < 12_000; i++) new Gauge({ name: `gauge_${i}`, help, registry }).set(Math.random());
  return registry;
}

const large = largeRegistry();

/** Opens a connection that asks for a page and never reads it; asks again as soon as the connection is closed. */
function stubborn(port: number, headers = ''): { readonly closes: () => number } {
  let closes = 0;
  let isOver = false;
  onTestFinished(() => {
    isOver = true;
  });
  const connect = () => {
    if (isOver) return;
    const socket = open(port);
    socket.pause();
    socket.on('error', () => undefined);
    socket.once('close', () => {
      closes++;
      connect();
    });
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
  };
  connect();
  return { closes: () => closes };
}

const TEN_SECONDS = { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '10' } };

describe('clients that read nothing', () => {
  test.each([4, 40])(
    'do not keep others out, with %d connections that are renewed',
    async (connections) => {
      const { port } = await serve({ gatherer: large, compression: false });
      const clients = Array.from({ length: connections }, () => stubborn(port));
      await vi.waitFor(async () => expect((await ask(port, { method: 'HEAD' })).status).toBe(200));

      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) statuses.push((await ask(port, TEN_SECONDS)).status);

      expect(statuses).toEqual([200, 200, 200]);
      expect(clients.some(({ closes }) => closes() > 0)).toBe(true);
    },
    60_000,
  );

  test('do not disturb a slow client that reads', async () => {
    const { port } = await serve({ gatherer: large, compression: false, maxInFlight: 2 });
    const slow = open(port);
    slow.pause();
    slow.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    let bytes = 0;
    const timer = setInterval(() => {
      const part: Buffer | null = slow.read(200_000) ?? slow.read();
      bytes += part?.length ?? 0;
    }, 20);
    onTestFinished(() => clearInterval(timer));
    const ended = new Promise((resolve) => slow.once('end', resolve));
    stubborn(port);

    const fast = await ask(port, TEN_SECONDS);
    await ended;

    expect(fast.status).toBe(200);
    expect(bytes).toBeGreaterThanOrEqual(fast.body.length);
  }, 60_000);

  test('give way on HTTP/2', async () => {
    const server = createHttp2Server(scrapeHandler({ gatherer: large, compression: false, maxInFlight: 1 }) as never);
    const idle = await http2Session(server);
    const stream = idle.request({ ':path': '/' });
    const failed = new Promise((resolve) => stream.once('close', resolve));
    stream.on('error', () => undefined).pause();
    await new Promise((resolve) => stream.once('response', resolve));

    const next = idle.request({ ':path': '/' });
    const head = new Promise<Record<string, unknown>>((resolve) => next.once('response', resolve as never));
    const [answer, body] = await Promise.all([head, buffer(next)]);
    stream.resume();
    await failed;

    expect(answer[':status']).toBe(200);
    expect(body.length).toBeGreaterThan(1e6);
  }, 60_000);

  test.each(['gzip', 'identity'])(
    'give way in fetch handlers, sent as %s',
    async (coding) => {
      const scrape = fetchScrapeHandler({ gatherer: large, maxInFlight: 1 });
      const get = () => scrape(new Request('http://x/metrics', { headers: { 'Accept-Encoding': coding } }));

      const idle = await get();
      const next = await get();
      const body = await next.arrayBuffer();

      expect([next.status, body.byteLength > 1000]).toEqual([200, true]);
      await expect(idle.arrayBuffer()).rejects.toThrow('The client did not read the body in time');
    },
    60_000,
  );
});
