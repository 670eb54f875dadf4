import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { Registry } from '@promwright/metrics';
import { ask, countsIn, describeRequestEnds, eventually, listening } from '@tooling/http-scenarios';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { http2Session } from '../../test/http2-session.ts';
import { setRoute } from '../requests/set-route.ts';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { instrumentAll } from './instrument-all.ts';
import { instrumentServer } from './instrument-server.ts';

async function serve(listener?: RequestListener, options: HttpMetricsOptions = {}) {
  const registry = new Registry();
  const server = createServer(listener);
  const instrumentation = instrumentServer(server, { registry, ...options });
  return { registry, server, instrumentation, port: await listening(server), ...countsIn(registry) };
}

/** Sends bytes unchanged, and returns the bytes received until the server closed the connection. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', reject).on('close', () => resolve(answer));
    socket.write(text);
  });
}

describeRequestEnds('instrumentServer: end of a request', async (registry, listener) => {
  const isRoute = ({ url = '' }: IncomingMessage) => url.split('?')[0] === '/route';
  const server = createServer((req, res) => {
    if (isRoute(req)) listener(req, res);
    else res.writeHead(404).end();
  });
  instrumentServer(server, { registry, route: (req) => (isRoute(req) ? '/route' : undefined) });
  await listening(server);
  return server;
});

describe('instrumentServer', () => {
  test('serves /metrics unseen by the listeners, and times all other requests', async () => {
    const seen: unknown[] = [];
    const { port, ended } = await serve((req, res) => {
      seen.push(req.url);
      setRoute(req, '/hello');
      res.end('hello');
    });

    await (await fetch(`http://127.0.0.1:${port}/hello?x`)).text();
    await eventually(() => expect(ended()).toEqual({ 'GET /hello 200': 1 }));
    const scrape = await fetch(`http://127.0.0.1:${port}/metrics?x`);

    expect(await scrape.text()).toContain('route="/hello",status_code="200"} 1\n');
    expect(seen).toEqual(['/hello?x']);
    expect(ended()).toEqual({ 'GET /hello 200': 1 });
  });

  test('leaves /metrics to the server with path: false', async () => {
    const { port, ended } = await serve((_, res) => res.end('mine'), { path: false });

    const response = await fetch(`http://127.0.0.1:${port}/metrics`);

    expect(await response.text()).toBe('mine');
    await eventually(() => expect(ended()).toEqual({ 'GET (unmatched) 200': 1 }));
  });

  test('measures, and takes the route from an inner instrumentation; a scrape served by the inner one is not recorded', async () => {
    const registry = new Registry();
    const inner = new HttpMetrics({ registry, path: '/internal' });
    const server = createServer((req, res) => {
      if (inner.isScrape(req)) {
        inner.handleScrape(req, res);
        return;
      }
      inner.begin(req, res, () => '/inner');
      res.end();
    });
    instrumentServer(server, { registry });
    const port = await listening(server);
    const { ended, inFlight } = countsIn(registry);

    for (const path of ['/internal', '/x', '/internal']) await (await fetch(`http://127.0.0.1:${port}${path}`)).text();

    await eventually(() => expect(ended()).toEqual({ 'GET /inner 200': 1 }));
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('counts accepted upgrades, and changes nothing for a server without upgrades', async () => {
    const headers = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: WebSocket';
    const taking = await serve();
    taking.server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    taking.server.on('connect', (_, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    const plain = await serve((_, res) => res.end('plain'));

    const taken = await exchange(taking.port, `GET / HTTP/1.1\r\n${headers}\r\n\r\n`);
    const odd = await exchange(taking.port, `GET / HTTP/1.1\r\n${headers.replace('WebSocket', 'x-mine')}\r\n\r\n`);
    const tunnel = await exchange(taking.port, 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n');
    const refused = await exchange(plain.port, `GET / HTTP/1.0\r\n${headers}\r\n\r\n`);

    expect([taken, odd, tunnel].map((answer) => answer.split('\r\n')[0])).toEqual([
      'HTTP/1.1 101 Switching Protocols',
      'HTTP/1.1 101 Switching Protocols',
      'HTTP/1.1 200 OK',
    ]);
    expect(taking.numbers('http_upgrades_total')).toEqual({ websocket: 1, _OTHER: 1, connect: 1 });
    expect(taking.ended()).toEqual({});
    expect(refused).toContain('plain');
    await eventually(() => expect(plain.ended()).toEqual({ 'GET (unmatched) 200': 1 }));
    expect(plain.numbers('http_upgrades_total')).toEqual({});
  });

  test('counts malformed requests, and leaves the refusal to Node', async () => {
    const { port, server, numbers } = await serve((_, res) => res.end());
    const bare = createServer((_, res) => res.end());
    const barePort = await listening(bare);
    const invalid = [
      'FOO / HTTP/1.1\r\n\r\n',
      'GET / HTTP/1.1\r\nA b: c\r\n\r\n',
      `GET / HTTP/1.1\r\nA: ${'b'.repeat(20_000)}`,
    ];

    const answers = await Promise.all(invalid.map((text) => exchange(port, text)));

    expect(answers).toEqual(await Promise.all(invalid.map((text) => exchange(barePort, text))));
    expect(answers.every((answer) => /^HTTP\/1\.1 4/.test(answer))).toBe(true);
    expect(numbers('http_client_errors_total')).toEqual({
      HPE_INVALID_METHOD: 1,
      HPE_INVALID_HEADER_TOKEN: 1,
      HPE_HEADER_OVERFLOW: 1,
    });
    server.emit(
      'clientError',
      new Error('odd'),
      connect(port, '127.0.0.1').on('error', () => undefined),
    );
    expect(numbers('http_client_errors_total')).toMatchObject({ _OTHER: 1 });
  });

  test('counts no client error for an error with which the program destroys a response', async () => {
    const registry = new Registry();
    const server = createServer((_, res) => {
      res.write('half', () => res.destroy(new Error('stream failed')));
    });
    instrumentServer(server, { registry });
    const emitted = vi.fn((_error: unknown, socket: Duplex) => void socket.destroy());
    server.on('clientError', emitted);
    const port = await listening(server);

    await expect(ask(port, '/')).rejects.toThrow();

    await eventually(() => expect(emitted).toHaveBeenCalledOnce());
    expect(countsIn(registry).numbers('http_client_errors_total')).toEqual({});
    await eventually(() => expect(countsIn(registry).aborts()).toEqual({ 'GET (unmatched) mid_response': 1 }));
  });

  test('times requests with an expectation, and leaves them to the special listeners of the server', async () => {
    const { port, server, ended } = await serve((_, res) => res.end());
    server.on('checkContinue', (_, res) => res.writeHead(417).end());

    const answer = await exchange(
      port,
      'POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1\r\nConnection: close\r\n\r\n',
    );

    expect(answer).toMatch(/^HTTP\/1\.1 417/);
    await eventually(() => expect(ended()).toEqual({ 'POST (unmatched) 417': 1 }));
  });

  test('a second call returns the same instrumentation, and stop() restores the server', async () => {
    const { port, server, instrumentation, registry, ended } = await serve((_, res) => res.end('mine'));
    expect(instrumentServer(server, { registry })).toBe(instrumentation);

    instrumentation.stop();
    instrumentation.stop();
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);

    expect(await response.text()).toBe('mine');
    expect(Object.hasOwn(server, 'emit')).toBe(false);
    expect(ended()).toEqual({});
    instrumentServer(server, { registry });
    await (await fetch(`http://127.0.0.1:${port}/`)).text();
    await eventually(() => expect(ended()).toEqual({ 'GET (unmatched) 200': 1 }));
  });

  test('stop() keeps a later wrapper of emit', async () => {
    const { port, server, instrumentation, ended } = await serve((_, res) => res.end('mine'));
    const events: unknown[] = [];
    const { emit } = server;
    server.emit = (...args: [never]) => {
      events.push(args[0]);
      return Reflect.apply(emit, server, args);
    };

    instrumentation.stop();
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);

    expect(await response.text()).toBe('mine');
    expect(events).toContain('request');
    expect(ended()).toEqual({});
  });

  test('times HTTP/2', async () => {
    const registry = new Registry();
    const server = createHttp2Server((_, res) => res.end('x'));
    instrumentServer(server, { registry });
    const session = await http2Session(server);
    const get = (path: string) =>
      new Promise<string>((resolve, reject) => {
        let body = '';
        const stream = session.request({ ':path': path });
        stream.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        stream.on('end', () => resolve(body)).on('error', reject);
      });

    await get('/');
    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET (unmatched) 200': 1 }));

    expect(await get('/metrics')).toContain('http_requests_in_flight{method="GET"} 0\n');
  });

  test('HTTP/2 requests have the route of setRoute', async () => {
    const registry = new Registry();
    const server = createHttp2Server((req, res) => {
      setRoute(req, req.url === '/hidden' ? false : '/named');
      res.end('x');
    });
    instrumentServer(server, { registry });
    const session = await http2Session(server);
    const get = (path: string) =>
      new Promise((resolve, reject) => {
        session.request({ ':path': path }).resume().on('close', resolve).on('error', reject);
      });

    await Promise.all(['/1', '/hidden', '/2'].map(get));

    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET /named 200': 2 }));
  });

  test('refuses a value that is no server', () => {
    expect(() => instrumentServer({} as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: 'instrumentServer takes a server; got an object' }),
    );
  });
});

describe('instrumentAll', () => {
  test('times the requests of all servers, and requests that Node refuses for lack of Host', async () => {
    const registry = new Registry();
    const instrumentation = instrumentAll({ registry });
    onTestFinished(() => instrumentation.stop());
    const ports = [
      await listening(createServer((_, res) => res.end('a'))),
      await listening(createServer((_, res) => res.writeHead(201).end('b'))),
    ];

    for (const port of ports) await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const refused = await exchange(ports[0]!, 'GET / HTTP/1.1\r\n\r\n');

    expect(refused).toMatch(/^HTTP\/1\.1 400/);
    const { ended, inFlight } = countsIn(registry);
    await eventually(() =>
      expect(ended()).toEqual({
        'GET (unmatched) 200': 1,
        'GET (unmatched) 201': 1,
        'GET (unmatched) 400': 1,
      }),
    );
    expect(inFlight()).toEqual({ GET: 0 });
    instrumentation.stop();
    instrumentation.stop();
    await (await fetch(`http://127.0.0.1:${ports[0]}/`)).text();
    expect(ended()).toMatchObject({ 'GET (unmatched) 200': 1 });
  });

  test('records a request of an instrumented server once', async () => {
    const registry = new Registry();
    const instrumentation = instrumentAll({ registry });
    onTestFinished(() => instrumentation.stop());
    const server = createServer((_, res) => res.end());
    instrumentServer(server, { registry, route: () => '/named' });
    const port = await listening(server);

    await new Promise((resolve) =>
      request({ port, host: '127.0.0.1' }, (res) => res.resume().on('end', resolve)).end(),
    );

    const { ended } = countsIn(registry);
    await eventually(() => expect(Object.values(ended())).toEqual([1]));
  });
});
