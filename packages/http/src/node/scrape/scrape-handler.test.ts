import { createServer, type IncomingMessage } from 'node:http';
import * as http2 from 'node:http2';
import { connect, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import zlib, { gunzipSync } from 'node:zlib';
import { formatOpenMetrics, formatProtobuf, formatText } from '@promwright/exposition';
import { defaultRegistry, Gauge, Registry } from '@promwright/metrics';
import type { Gatherer } from '@promwright/model';
import inject from 'light-my-request';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../../../test/eventually.ts';
import { http2Session } from '../../../test/http2-session.ts';
import { ask, askRaw, listening, open, registryOf, serve } from '../../../test/scrape-server.ts';
import type { ScrapeOptions } from '../../scrape/scrape-options.ts';
import { scrapeHandler } from './scrape-handler.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPENMETRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores';

/** Scrape that does not wait long enough for the place of an idle client. */
const HURRIED = { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '0.2' } };

describe('scrapeHandler', () => {
  test('shows the default registry at the time of the scrape', async () => {
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

  test('serves OpenMetrics to a client that prefers it', async () => {
    const gatherer = registryOf(2);
    const { port } = await serve({ gatherer });

    const { headers, body } = await ask(port, {
      headers: { Accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2' },
    });

    expect(headers['content-type']).toBe(OPENMETRICS);
    expect(body.toString()).toBe(formatOpenMetrics(await gatherer.gather()));
  });

  test('sends an empty body for an empty registry', async () => {
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
    ['less than a kibibyte uncompressed', 5, 'gzip', undefined, undefined],
    ['more than a kibibyte in one chunk compressed', 100, 'gzip', undefined, 'gzip'],
    ['many chunks compressed', 20_000, 'br, gzip;q=0.5', undefined, 'gzip'],
    ['many chunks uncompressed', 20_000, 'br', undefined, undefined],
    ['an uncompressed body if gzip is refused', 100, 'gzip;q=0', undefined, undefined],
    ['an uncompressed body if compression is off', 100, 'gzip', false, undefined],
    ['an uncompressed body if no coding is offered', 100, 'gzip', [], undefined],
  ])('sends %s', async (_, series, acceptEncoding, compression, coding) => {
    const gatherer = registryOf(series);
    const { port } = await serve({ gatherer, ...(compression !== undefined && { compression }) });

    const { status, headers, body } = await ask(port, { headers: { 'Accept-Encoding': acceptEncoding } });

    expect(status).toBe(200);
    expect(headers['content-encoding']).toBe(coding);
    const text = (coding === 'gzip' ? gunzipSync(body) : body).toString();
    expect(text).toBe(formatText(await gatherer.gather()));
  });

  test('responds to HEAD with the headers of GET, and gathers nothing', async () => {
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

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])('responds to %s with status 405', async (method) => {
    const { port } = await serve({ gatherer: new Registry() });

    const { status, headers, body } = await ask(port, { method });

    expect(status).toBe(405);
    expect(headers).toMatchObject({ allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' });
    expect(body.toString()).toBe('Metrics are read by GET or HEAD\n');
  });

  test('name[] selects families by their exact names, and runs no other collector', async () => {
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

  test('refuses more than 100 names', async () => {
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

  test('omits the metrics of a collector that exceeds the time limit', async () => {
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
  ])('responds with status 500 and the message alone if gathering %s', async (_, gather) => {
    const { port } = await serve({ gatherer: { gather } });

    const { status, headers, body } = await ask(port);

    expect(status).toBe(500);
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    expect(body.toString()).toBe('The metrics could not be gathered: no registry\n');
  });

  /** Returns families, one of which cannot be written. */
  async function broken(...before: Registry[]): Promise<Gatherer> {
    const families = (await Promise.all(before.map((registry) => registry.gather()))).flat();
    const [family] = await registryOf(1).gather();
    const unreadable = Object.defineProperty({ ...family!, name: 'others_total' }, 'help', {
      get: () => {
        throw new Error('unreadable');
      },
    });
    return { gather: async () => [...families, unreadable] };
  }

  test('responds with status 500 if the first family cannot be written', async () => {
    const { port } = await serve({ gatherer: await broken() });

    const { status } = await ask(port);

    expect(status).toBe(500);
  });

  test.each(['gzip', 'identity'])(
    'breaks off instead of ending normally if a later family cannot be written (%s)',
    async (coding) => {
      const { port } = await serve({ gatherer: await broken(registryOf(20_000)) });

      const answer = ask(port, { headers: { 'Accept-Encoding': coding } });

      await expect(answer).rejects.toThrow('aborted');
    },
  );

  test('sends no faster than the client reads', async () => {
    const registry = registryOf(200_000);
    const { server, port } = await serve({ gatherer: registry, compression: false });
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    const client = connect(port, '127.0.0.1');
    onTestFinished(() => void client.destroy());
    let length = 0;
    client.on('data', (chunk) => {
      length += chunk.length;
    });
    client.pause();

    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

    const connection = await accepted;
    await eventually(() => expect(connection.bytesWritten).toBeGreaterThan(100_000));
    await delay(200);
    // Counts the bytes in Node. The buffers of the operating system cannot be controlled.
    expect(connection.writableLength).toBeLessThan(500_000);
    client.resume();
    await new Promise((resolve) => client.once('end', resolve));
    expect(length).toBeGreaterThan(Buffer.byteLength(formatText(await registry.gather())));
  });

  test('cleans up when the client leaves during the gathering or during the body', async () => {
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
    await eventually(() => expect(gathering).toHaveBeenCalledOnce());
    first.destroy();
    await eventually(() => expect(aborted).toHaveBeenCalledOnce());
    for (let i = 0; i < 10; i++) {
      const socket = begin();
      await delay(i * 10);
      socket.destroy();
    }

    const connections = () => new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    await eventually(async () => expect(await connections()).toBe(0));
    const { status } = await ask(port);
    expect(status).toBe(200);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('removes its listener from a response that stays alive', async () => {
    const server = createServer((req, res) => {
      const before = res.listenerCount('close');
      scrapeHandler({ gatherer: { gather: () => Promise.reject(new Error('x')) } })(req, res);
      setImmediate(() => res.emit('counted', res.listenerCount('close') - before));
    });
    const left = new Promise((resolve) => server.on('request', (_, res) => res.once('counted', resolve)));
    const port = await listening(server);

    await ask(port);

    expect(await left).toBe(0);
  });

  const PROTOBUF =
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=underscores';
  /** Header Accept of Prometheus 3. */
  const PROMETHEUS =
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;escaping=underscores;q=0.6,' +
    'application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.5,text/plain;version=1.0.0;escaping=underscores;q=0.4,' +
    'text/plain;version=0.0.4;q=0.3,*/*;q=0.2';

  test.each<[what: string, formats: ScrapeOptions['formats'], accept: string, contentType: string]>([
    ['protobuf if all formats are offered', undefined, PROMETHEUS, PROTOBUF],
    ['OpenMetrics if protobuf is not offered', ['openmetrics', 'text'], PROMETHEUS, OPENMETRICS],
    [
      'text 1.0.0 if no other format is offered',
      ['text'],
      PROMETHEUS,
      'text/plain; version=1.0.0; charset=utf-8; escaping=underscores',
    ],
    ['text if no format is offered', [], PROMETHEUS, TEXT],
    ['text to a client that wants another format', undefined, 'text/html', TEXT],
    ['text to a client that refuses all formats', undefined, '*/*;q=0', TEXT],
    ['text for a nonsensical header', undefined, ';;,"\\,=;q=,\u00ff', TEXT],
    ['text for a header that is too long', undefined, `${'a/b,'.repeat(2000)}application/openmetrics-text`, TEXT],
    ['OpenMetrics 2.0', undefined, 'application/openmetrics-text;version=2.0.0', OPENMETRICS.replace('1.0.0', '2.0.0')],
  ])('responds with %s', async (_, formats, accept, contentType) => {
    const gatherer = registryOf(3);
    const { port } = await serve({ gatherer, ...(formats && { formats }) });

    const { status, headers, body } = await ask(port, { headers: { Accept: accept } });

    expect([status, headers['content-type']]).toEqual([200, contentType]);
    if (contentType === PROTOBUF) expect(body).toEqual(Buffer.from(formatProtobuf(await gatherer.gather())));
    else expect(body.toString()).toContain('jobs_total{id="some-job-with-a-long-name-2"} 2.25');
  });

  // Some of the supported versions of Node have no zstd.
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer) => Buffer };

  test.each<[series: number]>([[100], [20_000]])(
    'sends %d series as zstd if Node supports it, else as gzip, to a client that accepts both',
    async (series) => {
      const gatherer = registryOf(series);
      const { port } = await serve({ gatherer });

      const { headers, body } = await ask(port, { headers: { 'Accept-Encoding': 'gzip, zstd' } });

      expect(headers['content-encoding']).toBe(zstdDecompressSync === undefined ? 'gzip' : 'zstd');
      const text = (zstdDecompressSync ?? gunzipSync)(body).toString();
      expect(text).toBe(formatText(await gatherer.gather()));
    },
  );

  test.each<[series: number]>([[100], [20_000]])(
    'sends %d series uncompressed if zstd alone is offered and Node does not support it',
    async (series) => {
      const gatherer = registryOf(series);
      const { port } = await serve({ gatherer, compression: ['zstd'] });

      const { headers, body } = await ask(port, { headers: { 'Accept-Encoding': 'gzip, zstd' } });

      expect(headers['content-encoding']).toBe(zstdDecompressSync === undefined ? undefined : 'zstd');
      expect((zstdDecompressSync?.(body) ?? body).toString()).toBe(formatText(await gatherer.gather()));
    },
  );

  test('prefers the first of the offered codings', async () => {
    const { port } = await serve({ gatherer: registryOf(100), compression: ['gzip', 'zstd'] });

    const { headers } = await ask(port, { headers: { 'Accept-Encoding': 'zstd, gzip' } });

    expect(headers['content-encoding']).toBe('gzip');
  });

  test.each<[acceptEncoding: string, coding: string | undefined]>([
    ['gzip, identity;q=0', 'gzip'],
    ['gzip, *;q=0', 'gzip'],
    ['br, identity;q=0', undefined],
  ])('sends a small body to Accept-Encoding: %s as %s', async (acceptEncoding, coding) => {
    const gatherer = registryOf(1);
    const { port } = await serve({ gatherer });

    const { status, headers, body } = await ask(port, { headers: { 'Accept-Encoding': acceptEncoding } });

    expect([status, headers['content-encoding']]).toEqual([200, coding]);
    const text = (coding === 'gzip' ? gunzipSync(body) : body).toString();
    expect(text).toBe(formatText(await gatherer.gather()));
  });

  test('compresses protobuf too', async () => {
    const gatherer = registryOf(20_000);
    const { port } = await serve({ gatherer });

    const { headers, body } = await ask(port, { headers: { Accept: PROMETHEUS, 'Accept-Encoding': 'gzip' } });

    expect([headers['content-type'], headers['content-encoding']]).toEqual([PROTOBUF, 'gzip']);
    // Compared as a boolean, because printing a difference of megabytes takes seconds.
    expect(gunzipSync(body).equals(formatProtobuf(await gatherer.gather()))).toBe(true);
  });

  test.each<
    [what: string, status: number, options: ScrapeOptions<IncomingMessage>, request: Parameters<typeof ask>[1]]
  >([
    ['metrics', 200, {}, {}],
    ['a HEAD request', 200, {}, { method: 'HEAD' }],
    ['wrong parameters', 400, {}, { path: `/?${'&'.repeat(1024)}` }],
    ['missing credentials', 401, { auth: { bearer: 'x' } }, {}],
    ['a wrong address', 403, { allow: [] }, {}],
    ['a wrong method', 405, {}, { method: 'POST' }],
    ['a failure', 500, { gatherer: { gather: () => Promise.reject(new Error('x')) } }, {}],
    [
      'an expired time',
      503,
      { gatherer: { gather: () => new Promise(() => undefined) } },
      { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '0.01' } },
    ],
  ])('forbids caching and sniffing in the response to %s', async (_, status, options, request) => {
    const { port } = await serve({ gatherer: registryOf(1), ...options });

    const answer = await ask(port, request);

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-type': expect.stringMatching(/^text\/plain; .*charset=utf-8$/),
    });
  });

  test.each<[what: string, options: ScrapeOptions<IncomingMessage>, authorization: string | undefined, status: number]>(
    [
      ['accepts the token', { auth: { bearer: 'abc' } }, 'Bearer abc', 200],
      ['requires the token', { auth: { bearer: 'abc' } }, undefined, 401],
      ['requires the token', { auth: { bearer: 'abc' } }, 'Basic abc', 401],
      ['accepts user and password', { auth: { basic: { user: 'ü', password: 'p:ß' } } }, 'Basic w7w6cDrDnw==', 200],
      ['requires user and password', { auth: { basic: { user: 'ü', password: 'p:ß' } } }, 'Basic w7w6cDrDnx==', 401],
    ],
  )('%s (%o, %s)', async (_, options, authorization, status) => {
    const gather = vi.fn(async () => []);
    const { port } = await serve({ gatherer: { gather }, ...options });

    const answer = await ask(port, authorization === undefined ? {} : { headers: { Authorization: authorization } });

    const scheme = 'bearer' in options.auth! ? 'Bearer' : 'Basic';
    expect(answer.status).toBe(status);
    expect(answer.headers['www-authenticate']).toBe(status === 401 ? `${scheme} realm="metrics"` : undefined);
    expect(gather).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
  });

  test('responds to a client without credentials with status 401, whatever the method and the parameters', async () => {
    const { port } = await serve({ gatherer: registryOf(1), auth: { bearer: 'abc' } });

    const statuses = await Promise.all(
      [{ method: 'POST' }, { method: 'HEAD' }, { path: `/?${'&'.repeat(2000)}` }].map(
        async (request) => (await ask(port, request)).status,
      ),
    );

    expect(statuses).toEqual([401, 401, 401]);
  });

  test('calls the function of the option auth with the request, and refuses requests for which it returns false', async () => {
    const auth = vi.fn(async ({ headers }: IncomingMessage) => {
      if (headers['x-fail']) throw new Error('no database');
      return headers['x-user'] === 'prometheus';
    });
    const { port } = await serve({ gatherer: registryOf(1), auth });

    const answers = await Promise.all(
      [{ 'X-User': 'prometheus' }, { 'X-User': 'somebody' }, { 'X-Fail': '1' }].map((headers) =>
        ask(port, { headers }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 401]);
    expect(answers[2]!.body.toString()).toBe('Credentials are required\n');
    expect(answers[1]!.headers).not.toHaveProperty('www-authenticate');
  });

  test.each<[status: number, allow: string[]]>([
    [200, ['127.0.0.1']],
    [200, ['10.0.0.0/8', '127.0.0.0/8']],
    [403, ['10.0.0.0/8', '::1']],
    [403, []],
  ])('responds with status %d if the addresses %j may scrape', async (status, allow) => {
    const auth = vi.fn(() => true);
    const { port } = await serve({ gatherer: registryOf(1), allow, auth });

    const answer = await ask(port, { headers: { 'X-Forwarded-For': '10.0.0.1', Forwarded: 'for=10.0.0.1' } });

    expect(answer.status).toBe(status);
    expect(auth).toHaveBeenCalledTimes(status === 200 ? 1 : 0);
    if (status === 403) expect(answer.body.toString()).toBe('Metrics are not shown to this address\n');
  });

  test('merges several registries', async () => {
    const other = new Registry();
    new Gauge({ name: 'up', help: 'Up.', registry: other }).set(1);
    const { port } = await serve({ gatherer: [registryOf(1), other] });

    const { body } = await ask(port);

    expect(body.toString()).toBe(
      '# HELP jobs_total Jobs.\n# TYPE jobs_total counter\njobs_total{id="some-job-with-a-long-name-0"} 0.25\n' +
        '# HELP up Up.\n# TYPE up gauge\nup 1\n',
    );
  });

  test('in strict mode responds with status 500 and names the failed collector', async () => {
    const registry = registryOf(1);
    const collect = () => {
      throw new Error('no connection\n    at connect (/srv/app/db.js:1:1)');
    };
    new Gauge({ name: 'rows', help: 'Rows.', registry, collect });
    const { port } = await serve({ gatherer: registry, strict: true });

    const { status, body } = await ask(port);

    expect(status).toBe(500);
    expect(body.toString()).toBe('The metrics could not be gathered: Collector "rows" failed: no connection\n');
  });

  test.each<[what: string, thrown: unknown, body: string]>([
    ['a string', 'gone', 'The metrics could not be gathered: gone\n'],
    ['nothing', undefined, 'The metrics could not be gathered: undefined\n'],
    ['an object without a prototype', Object.create(null), 'The metrics could not be gathered: an object\n'],
  ])('responds with status 500 if %s is thrown', async (_, thrown, expected) => {
    const { port } = await serve({ gatherer: { gather: () => Promise.reject(thrown) } });

    const { status, body } = await ask(port);

    expect([status, body.toString()]).toEqual([500, expected]);
  });

  test('releases a place of maxInFlight at the end of a body, not before', async () => {
    const { port } = await serve({ gatherer: registryOf(100_000), compression: false, maxInFlight: 1 });
    const client = open(port);
    client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    await new Promise((resolve) => client.once('readable', resolve));

    const busy = await ask(port, HURRIED);
    const head = await ask(port, { method: 'HEAD' });
    await buffer(client);

    expect(busy.status).toBe(503);
    expect(busy.headers['retry-after']).toBe('1');
    expect(busy.body.toString()).toBe('At most 1 scrapes are served at once\n');
    expect(head.status).toBe(200);
    await eventually(async () => expect((await ask(port)).status).toBe(200));
  });

  test.each<[what: string, leave: (socket: Socket) => void]>([
    ['leaves in the middle', (socket) => socket.destroy()],
    ['breaks the connection', (socket) => socket.resetAndDestroy()],
  ])('releases the place of a client that %s', async (_, leave) => {
    const { port } = await serve({ gatherer: registryOf(100_000), compression: false, maxInFlight: 1 });
    const client = open(port);
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => client.once('readable', resolve));
    expect((await ask(port, HURRIED)).status).toBe(503);

    leave(client);

    await eventually(async () => expect((await ask(port)).status).toBe(200));
  });

  test('releases the place when gathering fails', async () => {
    const { port } = await serve({ gatherer: { gather: () => Promise.reject(new Error('x')) }, maxInFlight: 1 });

    const statuses = [await ask(port), await ask(port), await ask(port)].map(({ status }) => status);

    expect(statuses).toEqual([500, 500, 500]);
  });

  test('disconnects a client that reads nothing for a minute', async () => {
    const { server, port } = await serve({ gatherer: registryOf(100_000), compression: false, maxInFlight: 1 });
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const client = open(port);
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((resolve) => client.once('readable', resolve));
    const closed = new Promise((resolve) => accepted.then((socket) => socket.once('close', resolve)));

    vi.advanceTimersByTime(59_999);
    const before = (await accepted).destroyed;
    vi.advanceTimersByTime(1);
    await closed;

    expect(before).toBe(false);
    expect((await ask(port, { method: 'HEAD' })).status).toBe(200);
    await eventually(async () => expect((await ask(port)).status).toBe(200));
  });

  test('gathers once for overlapping scrapes in any format, and again for a later scrape', async () => {
    let finish = () => {};
    const gather = vi.fn(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return registryOf(1).gather();
    });
    const handler = vi.fn(scrapeHandler({ gatherer: { gather } }));
    const port = await listening(createServer(handler));

    const overlapping = [ask(port), ask(port, { headers: { Accept: 'application/openmetrics-text' } })];
    await eventually(() => expect(handler).toHaveBeenCalledTimes(2));
    finish();
    const answers = await Promise.all(overlapping);
    const later = ask(port);
    await eventually(() => expect(gather).toHaveBeenCalledTimes(2));
    finish();

    expect((await later).status).toBe(200);
    expect(answers.map(({ headers }) => headers['content-type'])).toEqual([TEXT, OPENMETRICS]);
  });

  test('a client that leaves does not affect another client, and the last client ends the gathering', async () => {
    const signals: AbortSignal[] = [];
    const gather = vi.fn((options?: { readonly signal?: AbortSignal }) => {
      signals.push(options!.signal!);
      return new Promise<never>(() => undefined);
    });
    const handler = vi.fn(scrapeHandler({ gatherer: { gather } }));
    const port = await listening(createServer(handler));
    const begin = () => {
      const socket = open(port);
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      return socket;
    };
    const [one, other] = [begin(), begin()];
    await eventually(() => expect(handler).toHaveBeenCalledTimes(2));

    const closed = new Promise((resolve) => handler.mock.calls[0]![1].once('close', resolve));
    const closedToo = new Promise((resolve) => handler.mock.calls[1]![1].once('close', resolve));
    one.destroy();
    await Promise.race([closed, closedToo]);
    const afterOne = signals.map(({ aborted }) => aborted);
    other.destroy();
    await Promise.all([closed, closedToo]);

    expect(gather).toHaveBeenCalledOnce();
    expect(afterOne).toEqual([false]);
    await eventually(() => expect(signals[0]!.aborted).toBe(true));
  });

  test('responds before the client gives up, whatever the gatherer does', async () => {
    const gather = vi.fn(() => new Promise<never>(() => undefined));
    const { port } = await serve({ gatherer: { gather } });

    const { status, body } = await ask(port, { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '0.2' } });

    expect(status).toBe(503);
    expect(body.toString()).toBe('The metrics could not be gathered in the time of the scrape\n');
    expect(gather.mock.calls).toEqual([
      [{ timeoutMs: 45, strict: false, keepAlive: false, signal: expect.objectContaining({ aborted: true }) }],
    ]);
  });

  test('gathers nothing for a client that has already left', async () => {
    const gather = vi.fn(async () => []);
    const handler = scrapeHandler({ gatherer: { gather } });
    const done = vi.fn();
    const server = createServer((req, res) => {
      res.once('close', () => {
        handler(req, res);
        setImmediate(done);
      });
      req.socket.destroy();
    });

    open(await listening(server)).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');

    await eventually(() => expect(done).toHaveBeenCalled());
    expect(gather).not.toHaveBeenCalled();
  });

  test('serves HTTP/2 too', async () => {
    const gatherer = registryOf(20_000);
    const handler = scrapeHandler({ gatherer, maxInFlight: 1 });
    const server = http2.createServer(handler as never);
    const client = await http2Session(server);
    const get = async (path: string, headers: http2.OutgoingHttpHeaders = {}) => {
      const stream = client.request({ ':path': path, ...headers });
      const head = new Promise<http2.IncomingHttpHeaders>((resolve) => stream.once('response', resolve));
      const [answered, body] = await Promise.all([head, buffer(stream)]);
      return { status: answered[':status' as never], coding: answered['content-encoding'], text: body };
    };

    const plain = await get('/');
    const zipped = await get('/', { 'accept-encoding': 'gzip' });
    const small = await get('/?name[]=none');
    const again = await get('/?name[]=none');

    const text = formatText(await gatherer.gather());
    expect([plain.status, plain.text.toString()]).toEqual([200, text]);
    expect([zipped.status, zipped.coding, gunzipSync(zipped.text).toString()]).toEqual([200, 'gzip', text]);
    expect([small.status, small.text.length, again.status]).toEqual([200, 0, 200]);
  });

  test.each<[what: string, bytes: string, status: number]>([
    ['a nonsensical path', 'GET /%ff%00/../..//\\?%%%=%zz&name[]=%ff HTTP/1.1\r\nHost: x\r\n', 200],
    ['a URL of another host', 'GET http://evil.example/?name[]=up HTTP/1.1\r\nHost: x\r\n', 200],
    ['a nonsensical host', 'GET / HTTP/1.1\r\nHost: ]:[@\\\r\n', 200],
    ['HTTP/1.0 without a host', 'GET / HTTP/1.0\r\n', 200],
    ['a body that never comes', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n', 200],
    ['OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n', 405],
    ['a method in lower case', 'get / HTTP/1.1\r\nHost: x\r\n', 400],
    ['a negative length', 'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n', 400],
    ['a header that never ends', `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(20_000)}\r\n`, 431],
    [
      'a timeout header sent twice',
      'GET / HTTP/1.1\r\nHost: x\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.001\r\nX-Prometheus-Scrape-Timeout-Seconds: 1\r\n',
      200,
    ],
  ])('survives %s', async (_, bytes, status) => {
    const { port } = await serve({ gatherer: registryOf(1) });

    const answer = await askRaw(port, `${bytes}Connection: close\r\n\r\n`);

    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await ask(port)).status).toBe(200);
  });

  test('refuses an invalid address before anything is registered', () => {
    const create = () => scrapeHandler({ selfMetrics: true, allow: ['everybody'] });

    expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(defaultRegistry.get('promwright_scrape_requests_total')).toBeUndefined();
  });

  test.each([null, 'x'])('refuses options that are %j', (options) => {
    expect(() => scrapeHandler(options as never)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });

  test('releases the places of requests that are injected without a connection', async () => {
    const handler = scrapeHandler({ gatherer: registryOf(100), maxInFlight: 1 });

    const statuses: number[] = [];
    for (const path of ['/', '/', '/?name[]=none', '/']) {
      statuses.push((await inject(handler, path)).statusCode);
      // The simulated request is finished while `end` of the response is still running.
      await nextTurn();
    }

    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  test.each([1, 50_000])(
    'releases the places of scrapes that were queued on a closed connection (%d series)',
    async (series) => {
      const gatherer = registryOf(series);
      const gather = vi.fn(() => gatherer.gather());
      gather.mockImplementationOnce(() => new Promise(() => undefined));
      const { port } = await serve({ gatherer: { gather }, compression: false });
      const head = (query: string) => `GET /${query} HTTP/1.1\r\nHost: x\r\n\r\n`;
      const client = open(port);

      // The first response never ends; the responses in the queue are ready to be sent.
      client.write(head('') + head('?name[]=jobs_total').repeat(3));
      await eventually(async () => expect((await ask(port, HURRIED)).status).toBe(503));
      client.resetAndDestroy();

      await eventually(async () => {
        const answers = await Promise.all([1, 2, 3, 4].map(() => ask(port)));
        expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      });
    },
  );
});
