import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { formatOpenMetrics, formatText } from '@promwright/exposition';
import { Counter, defaultRegistry, Gauge, Registry } from '@promwright/metrics';
import type { Gatherer } from '@promwright/model';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scrapeHandler } from './scrape-handler.ts';
import type { ScrapeOptions } from './scrape-options.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores';

async function serve(options?: ScrapeOptions<IncomingMessage>): Promise<{ server: Server; port: number }> {
  const server = createServer(scrapeHandler(options));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { server, port: (server.address() as AddressInfo).port };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** As plain as it gets: nothing is added to the request or undone in the answer. */
function ask(port: number, options: { path?: string; method?: string; headers?: Record<string, string> } = {}) {
  return new Promise<Answer>((resolve, reject) => {
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

/** A registry with one counter, of so many series. */
function registryOf(series: number): Registry {
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

test('shows the default registry, as it is when asked', async () => {
  const { port } = await serve();
  const gauge = new Gauge({ name: 'scrape_handler_test', help: 'Only here.' });
  onTestFinished(() => void defaultRegistry.unregister(gauge));
  gauge.set(7);

  const { status, headers, body } = await ask(port);

  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': TEXT,
    'content-length': String(body.length),
    vary: 'Accept, Accept-Encoding',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(headers).not.toHaveProperty('content-encoding');
  expect(body.toString()).toBe(
    '# HELP scrape_handler_test Only here.\n# TYPE scrape_handler_test gauge\nscrape_handler_test 7\n',
  );
});

test('shows OpenMetrics to whoever prefers it', async () => {
  const gatherer = registryOf(2);
  const { port } = await serve({ gatherer });

  const { headers, body } = await ask(port, {
    headers: { Accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2' },
  });

  expect(headers['content-type']).toBe(OPENMETRICS);
  expect(body.toString()).toBe(formatOpenMetrics(await gatherer.gather()));
});

test('an empty registry is an empty body', async () => {
  const { port } = await serve({ gatherer: new Registry() });

  const { status, headers, body } = await ask(port);

  expect([status, headers['content-length'], body.length]).toEqual([200, '0', 0]);
});

test.each<
  [
    what: string,
    series: number,
    acceptEncoding: string,
    compression: ScrapeOptions['compression'],
    coding: string | undefined,
  ]
>([
  ['less than a kibibyte plain', 5, 'gzip', undefined, undefined],
  ['more in one chunk compressed', 100, 'gzip', undefined, 'gzip'],
  ['many chunks compressed', 20_000, 'br, gzip;q=0.5', undefined, 'gzip'],
  ['many chunks plain', 20_000, 'br', undefined, undefined],
  ['plain where gzip is refused', 100, 'gzip;q=0, *', undefined, undefined],
  ['plain where compression is off', 100, 'gzip', false, undefined],
  ['plain where no coding is offered', 100, 'gzip', [], undefined],
])('sends %s', async (_, series, acceptEncoding, compression, coding) => {
  const gatherer = registryOf(series);
  const { port } = await serve({ gatherer, ...(compression !== undefined && { compression }) });

  const { status, headers, body } = await ask(port, { headers: { 'Accept-Encoding': acceptEncoding } });

  expect(status).toBe(200);
  expect(headers['content-encoding']).toBe(coding);
  const text = (coding === 'gzip' ? gunzipSync(body) : body).toString();
  expect(text).toBe(formatText(await gatherer.gather()));
});

test('HEAD has the headers of GET, and gathers nothing', async () => {
  const gather = vi.fn();
  const { port } = await serve({ gatherer: { gather } });

  const { status, headers, body } = await ask(port, {
    method: 'HEAD',
    headers: { Accept: 'application/openmetrics-text' },
  });

  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': OPENMETRICS,
    vary: 'Accept, Accept-Encoding',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(body.length).toBe(0);
  expect(gather).not.toHaveBeenCalled();
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])('%s is not allowed', async (method) => {
  const { port } = await serve({ gatherer: new Registry() });

  const { status, headers, body } = await ask(port, { method });

  expect(status).toBe(405);
  expect(headers).toMatchObject({ allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' });
  expect(body.toString()).toBe('Metrics are read by GET or HEAD\n');
});

test('name[] asks for families by their exact names, and runs no other collector', async () => {
  const registry = registryOf(1);
  const collect = vi.fn();
  new Gauge({ name: 'waiting', help: 'Not asked for.', registry, collect });
  new Gauge({ name: 'up', help: 'Asked for.', registry }).set(1);
  const { port } = await serve({ gatherer: registry });

  const { body } = await ask(port, { path: '/metrics?name[]=up&other=1&name%5B%5D=jobs_total&name[]=gone' });

  const names = [...body.toString().matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  expect(names).toEqual(['jobs_total', 'up']);
  expect(collect).not.toHaveBeenCalled();
});

test('more than 100 names are refused', async () => {
  const { port } = await serve({ gatherer: registryOf(1) });
  const query = (count: number) => Array.from({ length: count }, () => 'name[]=jobs_total').join('&');

  const [enough, tooMany] = await Promise.all([
    ask(port, { path: `/?${query(100)}` }),
    ask(port, { path: `/?${query(101)}` }),
  ]);

  expect(enough.status).toBe(200);
  expect(tooMany.status).toBe(400);
  expect(tooMany.body.toString()).toBe('A scrape takes at most 100 parameters name[]; got 101\n');
});

test('a collector that takes too long loses its own metrics', async () => {
  const registry = registryOf(1);
  new Gauge({ name: 'slow', help: 'Never.', registry, collect: () => new Promise<void>(() => undefined) });
  const { port } = await serve({ gatherer: registry, timeoutMs: 20 });

  const { status, body } = await ask(port);

  expect(status).toBe(200);
  expect(body.toString()).toContain('jobs_total{');
  expect(body.toString()).toContain('promwright_collector_errors_total{collector="slow"} 1\n');
  expect(body.toString()).not.toContain('# TYPE slow ');
});

test.each<[what: string, gather: () => Promise<never>]>([
  ['rejects', () => Promise.reject(new Error('no registry'))],
  [
    'throws',
    () => {
      throw new Error('no registry');
    },
  ],
])('answers 500 with the message alone when gathering %s', async (_, gather) => {
  const { port } = await serve({ gatherer: { gather } });

  const { status, headers, body } = await ask(port);

  expect(status).toBe(500);
  expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  expect(body.toString()).toBe('The metrics could not be gathered: no registry\n');
});

/** Families of which one cannot be written. */
async function broken(...before: Registry[]): Promise<Gatherer> {
  const families = (await Promise.all(before.map((registry) => registry.gather()))).flat();
  const [family] = await registryOf(1).gather();
  const unreadable = Object.defineProperty({ ...family! }, 'dictionaries', {
    get: () => {
      throw new Error('unreadable');
    },
  });
  return { gather: async () => [...families, unreadable] };
}

test('answers 500 when the first family cannot be written', async () => {
  const { port } = await serve({ gatherer: await broken() });

  const { status } = await ask(port);

  expect(status).toBe(500);
});

test.each(['gzip', 'identity'])(
  'breaks off, rather than ending well, when a later family cannot be written (%s)',
  async (coding) => {
    const { port } = await serve({ gatherer: await broken(registryOf(20_000)) });

    const answer = ask(port, { headers: { 'Accept-Encoding': coding } });

    await expect(answer).rejects.toThrow('aborted');
  },
);

test('sends no faster than the reader reads', async () => {
  const registry = registryOf(200_000);
  const { server, port } = await serve({ gatherer: registry, compression: false });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const reader = connect(port, '127.0.0.1');
  onTestFinished(() => void reader.destroy());
  let length = 0;
  reader.on('data', (chunk) => {
    length += chunk.length;
  });
  reader.pause();

  reader.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

  const connection = await accepted;
  await vi.waitFor(() => expect(connection.bytesWritten).toBeGreaterThan(100_000), { timeout: 5000 });
  await delay(200);
  // What the system holds for both ends is beyond control; this is what Node holds.
  expect(connection.writableLength).toBeLessThan(500_000);
  reader.resume();
  await new Promise((resolve) => reader.once('end', resolve));
  expect(length).toBeGreaterThan(Buffer.byteLength(formatText(await registry.gather())));
});

test('leaves nothing behind when the reader leaves, while it gathers or in the middle', async () => {
  const gathering = vi.fn();
  const aborted = vi.fn();
  const registry = registryOf(100_000);
  const collect = (signal: AbortSignal) => {
    gathering();
    if (gathering.mock.calls.length > 1) return undefined;
    signal.addEventListener('abort', aborted);
    return new Promise<void>(() => undefined);
  };
  new Gauge({ name: 'slow', help: 'Slow the first time.', registry, collect });
  const { server, port } = await serve({ gatherer: registry });
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  onTestFinished(() => void process.off('unhandledRejection', unhandled));
  const begin = (): Socket => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    return socket;
  };

  const first = begin();
  await vi.waitFor(() => expect(gathering).toHaveBeenCalledOnce(), { timeout: 5000 });
  first.destroy();
  await vi.waitFor(() => expect(aborted).toHaveBeenCalledOnce(), { timeout: 5000 });
  for (let i = 0; i < 10; i++) {
    const socket = begin();
    await delay(i * 10);
    socket.destroy();
  }

  const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  await vi.waitFor(async () => expect(await connections()).toBe(0), { timeout: 5000 });
  const { status } = await ask(port);
  expect(status).toBe(200);
  expect(unhandled).not.toHaveBeenCalled();
});

test('takes its listener off a response that lives on', async () => {
  const server = createServer((req, res) => {
    const before = res.listenerCount('close');
    scrapeHandler({ gatherer: { gather: () => Promise.reject(new Error('x')) } })(req, res);
    setImmediate(() => res.emit('counted', res.listenerCount('close') - before));
  });
  const left = new Promise((resolve) => server.on('request', (_, res) => res.once('counted', resolve)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());

  await ask((server.address() as AddressInfo).port);

  expect(await left).toBe(0);
});
