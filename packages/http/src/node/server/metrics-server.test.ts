import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { defaultRegistry, Registry } from '@promwright/metrics';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { eventually } from '../../../test/eventually.ts';
import { ask, askRaw, listening, open, registryOf } from '../../../test/scrape-server.ts';
import { instrumentAll } from '../instrument-all.ts';
import { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './metrics-server.ts';

async function start(options: MetricsServerOptions = {}): Promise<MetricsServer> {
  const server = await startMetricsServer({ port: 0, gatherer: registryOf(1), ...options });
  onTestFinished(() => server.close({ timeoutMs: 0 }));
  return server;
}

/** Creates a gatherer that resolves on demand. */
function waiting() {
  const finish: (() => void)[] = [];
  const gather = vi.fn(async () => {
    await new Promise<void>((resolve) => finish.push(resolve));
    return registryOf(1).gather();
  });
  return { gather, finish: () => finish.forEach((resolve) => void resolve()) };
}

describe('startMetricsServer', () => {
  test('serves /metrics on 127.0.0.1 and returns the URL', async () => {
    const { host, port, url } = await start();

    const { status, body } = await ask(port, { path: '/metrics?x=1' });

    expect(host).toBe('127.0.0.1');
    expect(url).toBe(`http://127.0.0.1:${port}/metrics`);
    expect(status).toBe(200);
    expect(body.toString()).toContain('jobs_total{');
    expect(await (await fetch(url)).text()).toBe(body.toString());
  });

  test('listens on port 9464 of 127.0.0.1 by default', async () => {
    const started = startMetricsServer({ gatherer: registryOf(1) });
    onTestFinished(() => started.then((server) => server.close()).catch(() => undefined));

    // Another program on this machine may use the port.
    const where = await started.then(
      ({ url }) => url,
      ({ message }: Error) => message,
    );

    expect(where).toMatch(/^(?:http:\/\/|Metrics cannot be served at )127\.0\.0\.1:9464\b/);
  });

  test('puts an IPv6 address in brackets', async () => {
    const probe = createServer();
    const hasIpv6 = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(0, '::1', () => probe.close(() => resolve(true)));
    });

    const started = start({ host: '::1', allow: ['::1'] });

    if (hasIpv6) {
      const { port, url } = await started;
      expect(url).toBe(`http://[::1]:${port}/metrics`);
      expect((await fetch(url)).status).toBe(200);
    } else {
      await expect(started).rejects.toMatchObject({
        code: 'LISTEN_FAILED',
        message: expect.stringContaining('Metrics cannot be served at [::1]:0: '),
      });
    }
  });

  test('responds to a health probe without credentials from any address', async () => {
    const gather = vi.fn(async () => []);
    const { port } = await start({ gatherer: { gather }, auth: { bearer: 'abc' }, allow: [] });

    const health = await ask(port, { path: '/healthz?verbose' });
    const head = await ask(port, { path: '/healthz', method: 'HEAD' });

    expect([health.status, health.body.toString(), head.status]).toEqual([200, 'ok\n', 200]);
    expect(health.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(gather).not.toHaveBeenCalled();
  });

  test.each<[what: string, options: MetricsServerOptions, statuses: Record<string, number>]>([
    [
      'by default',
      {},
      { '/metrics': 200, '/healthz': 200, '/': 404, '/metrics/': 404, '//metrics': 404, '/METRICS': 404 },
    ],
    [
      'with the options path and healthPath',
      { path: '/', healthPath: '/alive' },
      { '/': 200, '/?a': 200, '/alive': 200, '/metrics': 404, '/healthz': 404 },
    ],
    ['without a health path', { healthPath: false }, { '/metrics': 200, '/healthz': 404 }],
    ['to a client of a proxy', {}, { 'http://x/metrics': 200, 'http://x/healthz?a': 200, 'http://x': 404 }],
    ['to misleading paths', {}, { '/a/../metrics': 404, '/%6detrics': 404, '/metrics%00': 404, '/metrics#a': 404 }],
  ])('responds by path %s', async (_, options, expected) => {
    const { port } = await start(options);

    const statuses: Record<string, number> = {};
    for (const path of Object.keys(expected)) {
      const answer = await askRaw(port, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      statuses[path] = Number(answer.slice(9, 12));
    }

    expect(statuses).toEqual(expected);
  });

  test('names the path of the metrics in a response 404', async () => {
    const { port } = await start({ path: '/internal/metrics' });

    const { headers, body } = await ask(port, { path: '/metrics' });

    expect(body.toString()).toBe('Metrics are at /internal/metrics\n');
    expect(headers).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });

  test('rejects with an error that names a port in use', async () => {
    const { port } = await start();

    await expect(startMetricsServer({ port })).rejects.toMatchObject({
      name: 'PromwrightError',
      code: 'LISTEN_FAILED',
      message: `Metrics cannot be served at 127.0.0.1:${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
      cause: { code: 'EADDRINUSE' },
    });
  });

  test.each(['192.0.2.1', 'no such host', '\0'])(
    'rejects with an error that names an unusable host, %j',
    async (host) => {
      await expect(startMetricsServer({ port: 0, host })).rejects.toMatchObject({
        code: 'LISTEN_FAILED',
        message: expect.stringContaining(`Metrics cannot be served at ${host}:0: `),
      });
    },
  );

  const PORT = 'Option "port" must be an integer from 0 to 65535; got ';

  test.each<[options: unknown, name: string, message: string]>([
    [{ port: -1 }, 'RangeError', `${PORT}-1`],
    [{ port: 65_536 }, 'RangeError', `${PORT}65536`],
    [{ port: 1.5 }, 'RangeError', `${PORT}1.5`],
    [{ port: '9464' }, 'RangeError', `${PORT}"9464"`],
    [{ host: '' }, 'TypeError', 'Option "host" must be an address; got ""'],
    [{ host: null }, 'TypeError', 'Option "host" must be an address; got null'],
    [{ path: 'metrics' }, 'RangeError', 'Option "path" must begin with "/" and hold no query; got "metrics"'],
    [{ path: '/metrics?a' }, 'RangeError', 'Option "path" must begin with "/" and hold no query; got "/metrics?a"'],
    [{ healthPath: 'x' }, 'RangeError', 'Option "healthPath" must begin with "/" and hold no query; got "x"'],
    [{ healthPath: true }, 'TypeError', 'Option "healthPath" must be a path or false; got true'],
    [{ healthPath: '/metrics' }, 'RangeError', 'Option "healthPath" must differ from "path"; got "/metrics"'],
    [{ keepAlive: 1 }, 'TypeError', 'Option "keepAlive" must be true or false; got 1'],
    [{ tls: true }, 'TypeError', 'Option "tls" must be an object; got true'],
    [{ tls: {} }, 'TypeError', 'Option "tls" must hold "key" and "cert", or "pfx"'],
    [{ tls: { key: 'x' } }, 'TypeError', 'Option "tls" must hold "key" and "cert", or "pfx"'],
    [{ maxInFlight: 0 }, 'RangeError', 'Option "maxInFlight" must be an integer from 1 on, or Infinity; got 0'],
    [{ atuh: { bearer: 'x' } }, 'TypeError', 'startMetricsServer has no option "atuh"; did you mean "auth"?'],
    [{ prot: 9464 }, 'TypeError', 'startMetricsServer has no option "prot"; did you mean "port"?'],
    [{ register: {} }, 'TypeError', 'startMetricsServer has no option "register"; use "gatherer"'],
  ])('refuses %j before anything is registered', async (options, name, message) => {
    const started = startMetricsServer({ selfMetrics: true, ...(options as MetricsServerOptions) });

    await expect(started).rejects.toMatchObject({ name, code: 'INVALID_OPTION', message });
    expect(defaultRegistry.get('promwright_scrape_requests_total')).toBeUndefined();
  });

  test.each([null, 9464])('refuses options that are %j', async (options) => {
    const message = `startMetricsServer takes an object of options; got ${options}`;

    await expect(startMetricsServer(options as never)).rejects.toMatchObject({ code: 'INVALID_OPTION', message });
  });

  test('close waits for a running scrape, and keeps no connection open', async () => {
    const { gather, finish } = waiting();
    const server = await start({ gatherer: { gather } });
    const agent = new Agent({ keepAlive: true });
    const idle = get({ port: server.port, host: '127.0.0.1', path: '/healthz', agent });
    const [probed] = (await once(idle, 'response')) as [IncomingMessage];
    await text(probed);
    const silent = open(server.port);
    await once(silent, 'connect');
    const busy = get({ port: server.port, host: '127.0.0.1', path: '/metrics', agent: new Agent({ keepAlive: true }) });
    await eventually(() => expect(gather).toHaveBeenCalled());
    const closed = vi.fn();

    const begin = performance.now();
    const closing = server.close().then(closed);
    await Promise.all([once(idle.socket!, 'close'), once(silent.resume(), 'close')]);
    await expect(ask(server.port, { path: '/healthz' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const beforeEnd = closed.mock.calls.length;
    finish();
    const [answer] = (await once(busy, 'response')) as [IncomingMessage];
    const body = await text(answer);
    await closing;

    expect(beforeEnd).toBe(0);
    expect(answer.headers.connection).toBe('close');
    expect(body).toContain('jobs_total{');
    // Close did not wait for the 5 s of its limit.
    expect(performance.now() - begin).toBeLessThan(4000);
  });

  test('close ends the connection of a response whose headers were sent before', async () => {
    const server = await start({ gatherer: registryOf(100_000), compression: false });
    const client = open(server.port);
    client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(client, 'readable');

    const begin = performance.now();
    const closing = server.close();
    const body = await text(client);
    await closing;

    expect(body).toMatch(/Connection: keep-alive/);
    expect(body.endsWith('0\r\n\r\n')).toBe(true);
    expect(performance.now() - begin).toBeLessThan(4000);
  });

  test('close aborts a scrape that takes longer than timeoutMs', async () => {
    const { gather } = waiting();
    const server = await start({ gatherer: { gather } });
    const answer = ask(server.port, { path: '/metrics' });
    const broken = expect(answer).rejects.toThrow('socket hang up');
    await eventually(() => expect(gather).toHaveBeenCalled());

    await server.close({ timeoutMs: 20 });

    await broken;
  });

  test('a second call of close can set a shorter limit', async () => {
    const { gather } = waiting();
    const server = await start({ gatherer: { gather } });
    const answer = ask(server.port, { path: '/metrics' });
    const broken = expect(answer).rejects.toThrow('socket hang up');
    await eventually(() => expect(gather).toHaveBeenCalled());

    const patient = server.close({ timeoutMs: Infinity });
    await server.close({ timeoutMs: 0 });

    await Promise.all([patient, broken, server.close()]);
  });

  test.each([-1, NaN, 2 ** 31, '5'])(
    'close refuses %j as timeoutMs, and leaves the server running',
    async (timeoutMs) => {
      const server = await start();

      const closing = server.close({ timeoutMs: timeoutMs as number });

      const found = typeof timeoutMs === 'string' ? '"5"' : String(timeoutMs);
      await expect(closing).rejects.toMatchObject({
        code: 'INVALID_OPTION',
        message: `Option "timeoutMs" of close must be from 0 to 2147483647, or Infinity; got ${found}`,
      });
      expect((await ask(server.port, { path: '/metrics' })).status).toBe(200);
    },
  );

  test('the port is free again after close', async () => {
    const first = await start();
    await first.close();

    const second = await start({ port: first.port });

    expect(second.url).toBe(first.url);
  });

  test('its requests are not recorded as requests of the application', async () => {
    const registry = new Registry();
    const instrumentation = instrumentAll({ registry });
    onTestFinished(() => instrumentation.stop());
    const application = await listening(createServer((_, res) => res.end('Hello')));
    const { port } = await start({ gatherer: registry });

    await ask(application, { path: '/hello' });
    await ask(port, { path: '/metrics' });
    await ask(port, { path: '/healthz' });
    await ask(port, { path: '/elsewhere' });

    const { body } = await ask(port, { path: '/metrics' });
    const counts = body.toString().match(/^http_request_duration_seconds_count.*$/gm);
    expect(counts).toEqual([expect.stringMatching(/ 1$/)]);
  });

  test('an error event of the server does not end the program', async () => {
    const servers: Server[] = [];
    const onStart = (message: unknown) => void servers.push((message as { server: Server }).server);
    subscribe('http.server.request.start', onStart);
    onTestFinished(() => void unsubscribe('http.server.request.start', onStart));
    const { port } = await start();
    await ask(port, { path: '/healthz' });
    const server = servers.find((each) => (each.address() as AddressInfo).port === port)!;

    // Node emits this event when it cannot accept a connection for lack of descriptors. A test cannot cause the real event.
    server.emit('error', new Error('accept EMFILE'));

    expect((await ask(port, { path: '/metrics' })).status).toBe(200);
  });

  test('survives half a request', async () => {
    const { port } = await start();

    const answered = await askRaw(port, 'GET /metr', true);

    expect(answered).toMatch(/^(?:HTTP\/1\.1 400 |$)/);
    expect((await ask(port, { path: '/metrics' })).status).toBe(200);
  });

  test.each<[what: string, bytes: string, answer: RegExp]>([
    ['bytes that are no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc', /^HTTP\/1\.1 400 /],
    [
      'an upgrade request',
      'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n',
      /^HTTP\/1\.1 200 /,
    ],
    ['a CONNECT request', 'CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n', /^$/],
    ['a request without Host', 'GET /metrics HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'a request with Expect',
      'GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 200-ok\r\n\r\n',
      /^HTTP\/1\.1 417 /,
    ],
  ])('survives %s', async (_, bytes, answer) => {
    const { port } = await start();

    const answered = await askRaw(port, bytes);

    expect(answered).toMatch(answer);
    expect((await ask(port, { path: '/metrics' })).status).toBe(200);
  });
});
