import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type ClientHttp2Stream,
  constants,
  createServer as createHttp2Server,
  type Http2ServerResponse,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Histogram, Registry } from '@promwright/metrics';
import { defaultRegisterer } from '@promwright/model';
import { countsIn, describeRequestEnds, eventually, listening, opened } from '@tooling/http-scenarios';
import { makeAuthority, makeCertificate } from '@tooling/servers';
import inject from 'light-my-request';
import { describe, expect, test, vi } from 'vitest';
import { http2Session } from '../../test/http2-session.ts';
import { setRoute } from '../requests/set-route.ts';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';

type Listener = (req: IncomingMessage, res: ServerResponse) => void;

/** Creates metrics in a separate registry, with functions that read their counts. */
function setUp(options: HttpMetricsOptions = {}) {
  const registry = new Registry();
  const metrics = new HttpMetrics({ registry, ...options });
  return { registry, metrics, ...countsIn(registry) };
}

/** Starts a server whose requests are all recorded under the route /route. */
async function serve(listener: Listener, options?: HttpMetricsOptions) {
  const set = setUp(options);
  const server = createServer((req, res) => {
    set.metrics.begin(req, res, () => '/route');
    listener(req, res);
  });
  const port = await listening(server);
  return { ...set, server, port };
}

const authority = makeAuthority('Ours');
const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
const never = () => undefined;

describeRequestEnds('HttpMetrics: end of a request', async (registry, listener) => {
  const metrics = new HttpMetrics({ registry });
  const server = createServer((req, res) => {
    const found = req.url?.split('?')[0] === '/route';
    metrics.begin(req, res, () => (found ? '/route' : undefined));
    if (found) listener(req, res);
    else res.writeHead(404).end();
  });
  await listening(server);
  return server;
});

describe('HttpMetrics: end of a request seen late or simulated', () => {
  test('a client that left before begin is counted as aborted', async () => {
    const set = setUp();
    const left = vi.fn();
    const port = await listening(
      createServer((req, res) => {
        res.on('close', () => {
          left();
          setTimeout(() => set.metrics.begin(req, res, () => '/late'), 5);
        });
      }),
    );
    const socket = await opened(port);
    socket.write(GET);

    setTimeout(() => socket.destroy(), 20);

    await eventually(() => expect(set.ended()).toEqual({ 'GET /late 499': 1 }));
    expect(left).toHaveBeenCalledOnce();
    expect(set.inFlight()).toEqual({ GET: 0 });
  });

  test('a simulated request is completed', async () => {
    const { metrics, ended, aborts, inFlight } = setUp();

    await inject(
      (req, res) => {
        metrics.begin(req as never, res as never, () => '/injected');
        res.end('x');
      },
      { method: 'GET', url: '/' },
    );

    await eventually(() => expect(ended()).toEqual({ 'GET /injected 200': 1 }));
    expect(aborts()).toEqual({});
    expect(inFlight()).toEqual({ GET: 0 });
  });
});

describe('HttpMetrics with HTTP/2', () => {
  async function serveHttp2(listener: Listener) {
    const set = setUp();
    const server = createHttp2Server((req, res) => {
      set.metrics.begin(req as never, res as never, () => '/route');
      listener(req as never, res as never);
    });
    const session = await http2Session(server);
    const get = (): ClientHttp2Stream => {
      const stream = session.request({ ':path': '/' });
      stream.on('error', () => undefined);
      return stream;
    };
    return { ...set, get };
  }

  test('records a completed request', async () => {
    const { get, ended, aborts, inFlight } = await serveHttp2((_, res) => res.end('x'));

    get().resume();

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({});
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test.each<[title: string, listener: (res: Http2ServerResponse) => void]>([
    [
      'past the response',
      ({ stream }) => {
        stream.respond({ ':status': 207 });
        stream.end('x');
      },
    ],
    ['as a file', ({ stream }) => stream.respondWithFile(fileURLToPath(import.meta.url), { ':status': 207 })],
  ])('records the status that was sent %s', async (_, listener) => {
    const { get, ended, aborts } = await serveHttp2((_, res) => listener(res as never));

    get().resume();

    await eventually(() => expect(ended()).toEqual({ 'GET /route 207': 1 }));
    expect(aborts()).toEqual({});
  });

  test('records a stream that is cancelled in the middle', async () => {
    const { get, ended, aborts, inFlight } = await serveHttp2((_, res) => {
      res.write('x');
    });
    const stream = get();
    await new Promise((resolve) => stream.once('data', resolve));

    stream.close(constants.NGHTTP2_CANCEL);

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test.each<[title: string, leave: (stream: ClientHttp2Stream) => void]>([
    ['cancels', (stream) => stream.close(constants.NGHTTP2_CANCEL)],
    ['closes the connection', (stream) => stream.session!.destroy()],
  ])('a client that %s while a whole body is waiting to be sent is an abort', async (_, leave) => {
    const { get, ended, aborts, inFlight } = await serveHttp2((_, res) => res.end(Buffer.alloc(20_000_000)));
    const stream = get();
    await new Promise((resolve) => stream.once('data', resolve));

    leave(stream);

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('records a stream that is cancelled before the headers', async () => {
    const { get, ended, aborts, inFlight } = await serveHttp2(never);
    const stream = get();
    await eventually(() => expect(inFlight()).toEqual({ GET: 1 }));

    stream.close(constants.NGHTTP2_CANCEL);

    await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
    expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });
});

describe('HttpMetrics with HTTPS', () => {
  async function serveHttps(listener: Listener) {
    const set = setUp();
    const server = createHttpsServer(makeCertificate(authority, 'server'), (req, res) => {
      set.metrics.begin(req, res, () => '/route');
      listener(req, res);
    });
    const port = await listening(server);
    const request = async (headers: string) => {
      const socket = connectTls({ port, host: '127.0.0.1', ca: authority.cert });
      socket.on('error', () => undefined).write(`GET / HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
      return socket;
    };
    return { ...set, request };
  }

  test('a client that leaves while a whole body is waiting to be sent is an abort', async () => {
    const { request, ended, aborts } = await serveHttps((_, res) => res.end(Buffer.alloc(20_000_000)));
    const socket = await request('');

    socket.once('data', () => socket.destroy());

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
  });

  test.each([[''], ['Connection: close\r\n']])('a body that is read is no abort (%j)', async (headers) => {
    const { request, ended, aborts } = await serveHttps((_, res) => res.end(Buffer.alloc(20_000_000)));
    const socket = await request(headers);
    let bytes = 0;
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (bytes > 20_000_000) socket.destroy();
    });

    await eventually(() => expect(bytes).toBeGreaterThan(20_000_000));
    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({});
  });
});

describe('HttpMetrics: route', () => {
  test('comes from the innermost instrumentation, although the outermost measures', async () => {
    const { port, metrics, ended, inFlight } = await serve((req, res) => {
      metrics.begin(req, res, () => '/inner');
      new HttpMetrics({ registry: new Registry() }).begin(req, res);
      res.end('x');
    });

    await fetch(`http://127.0.0.1:${port}/`);

    await eventually(() => expect(ended()).toEqual({ 'GET /inner 200': 1 }));
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test.each<[title: string, options: HttpMetricsOptions, set: string | false | undefined, series: string[]]>([
    [
      'the option unmatchedRoute replaces a missing route',
      { unmatchedRoute: 'none', route: () => undefined },
      undefined,
      ['GET none 200'],
    ],
    [
      'the option route receives the detected route',
      { route: (req, res, detected) => `${req.url} ${res.statusCode} ${detected}` },
      undefined,
      ['GET /x?y 200 /route 200'],
    ],
    ['setRoute wins over the option route', { route: () => '/option' }, '/set', ['GET /set 200']],
    ['setRoute with false excludes a request', {}, false, []],
  ])('%s', async (_, options, set, series) => {
    const { port, ended, inFlight, errors } = await serve((req, res) => {
      if (set !== undefined) setRoute(req, set);
      res.end('x');
    }, options);

    await fetch(`http://127.0.0.1:${port}/x?y`);

    await eventually(() => expect(inFlight()).toEqual({ GET: 0 }));
    expect(Object.keys(ended())).toEqual(series);
    expect(errors()).toBe(0);
  });

  test('routes beyond routeLimit become __other__, and are counted as overflow', async () => {
    const { port, ended, numbers } = await serve(
      (req, res) => {
        setRoute(req, req.url!);
        res.end();
      },
      { routeLimit: 2 },
    );

    for (const path of ['/a', '/b', '/c', '/d', '/c', '/a']) await fetch(`http://127.0.0.1:${port}${path}`);

    await eventually(() => expect(ended()).toEqual({ 'GET /a 200': 2, 'GET /b 200': 1, 'GET __other__ 200': 3 }));
    expect(numbers('promwright_label_overflow_total')).toEqual({ 'http_request_duration_seconds route': 3 });
  });
});

describe('HttpMetrics: option skip', () => {
  test.each<[title: string, skip: NonNullable<HttpMetricsOptions['skip']>]>([
    ['excludes equal paths', ['/healthz']],
    ['excludes paths by patterns, also by global patterns', [/^\/health/g]],
    ['excludes requests by a function', (req) => req.url!.startsWith('/healthz')],
  ])('%s', async (_, skip) => {
    const { port, ended, inFlight } = await serve((_, res) => res.end(), { skip });

    for (const path of ['/healthz', '/healthz?full', '/healthz', '/', '/?/healthz']) {
      await fetch(`http://127.0.0.1:${port}${path}`);
    }

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 2 }));
    expect(inFlight()).toEqual({ GET: 0 });
  });
});

describe('HttpMetrics: errors in the instrumentation', () => {
  const fail = (): never => {
    throw new Error('broken');
  };
  type Spoilt = [IncomingMessage, ServerResponse];
  /** Returns a proxy of an object, one property of which throws when it is read. */
  const spoilt = <T extends object>(target: T, property: keyof T | 'originalUrl'): T =>
    new Proxy(target, { get: (of, key) => (key === property ? fail() : Reflect.get(of, key, of)) });

  test.each<[title: string, options: HttpMetricsOptions, series: string]>([
    ['the option route', { route: fail }, 'GET /route 200'],
    ['the option route returning no string', { route: () => 7 as never }, 'GET /route 200'],
    ['the option skip', { skip: fail }, 'GET /route 200'],
    ['the option onError', { route: fail, onError: fail }, 'GET /route 200'],
  ])('errors of %s are counted and do not reach the application', async (_, options, series) => {
    const { port, ended, inFlight, errors } = await serve((_, res) => res.end('fine'), options);

    const response = await fetch(`http://127.0.0.1:${port}/`);

    expect(await response.text()).toBe('fine');
    await eventually(() => expect(ended()).toEqual({ [series]: 1 }));
    expect(inFlight()).toEqual({ GET: 0 });
    expect(errors()).toBe(1);
  });

  test('a simulated request has the route of setRoute', async () => {
    const { metrics, ended } = setUp();
    const listener: Listener = (req, res) => {
      metrics.begin(req, res, () => '/detected');
      setRoute({ raw: req }, req.url === '/hidden' ? false : '/named');
      res.end('x');
    };

    for (const url of ['/1', '/hidden', '/2']) await inject(listener as never, url);

    await eventually(() => expect(ended()).toEqual({ 'GET /named 200': 2 }));
  });

  test('errors of routeOf and of a wrong setRoute are passed to onError and do not reach the application', async () => {
    const onError = vi.fn();
    const { metrics, ended, inFlight, errors } = setUp({ onError });
    const port = await listening(
      createServer((req, res) => {
        metrics.begin(req, res, fail);
        setRoute(req, 5 as never);
        res.end('fine');
      }),
    );

    await fetch(`http://127.0.0.1:${port}/`);

    await eventually(() => expect(ended()).toEqual({ 'GET (unmatched) 200': 1 }));
    expect(onError.mock.calls.map(([error]) => error.message)).toEqual([
      'broken',
      'The route of setRoute must be a string or false; got 5',
    ]);
    expect(errors()).toBe(2);
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test.each<[title: string, spoil: (req: IncomingMessage, res: ServerResponse) => Spoilt, series: string[]]>([
    ['a request whose method throws', (req, res) => [spoilt(req, 'method'), res], []],
    ['a response that takes no property', (req, res) => [req, new Proxy(res, { set: fail })], []],
    ['a response that takes no listener', (req, res) => [req, spoilt(res, 'on')], []],
    ['a request whose target throws', (req, res) => [spoilt(req, 'originalUrl'), res], ['GET /x 200']],
    ['a response whose writableFinished throws', (req, res) => [req, spoilt(res, 'writableFinished')], []],
  ])('errors caused by %s do not reach the application', async (_, spoil, series) => {
    const { metrics, ended, inFlight, errors } = setUp();
    const port = await listening(
      createServer((req, res) => {
        const [spoiltReq, spoiltRes] = spoil(req, res);
        metrics.isScrape(spoiltReq);
        metrics.begin(spoiltReq, spoiltRes, () => '/x');
        res.end('fine');
      }),
    );

    const response = await fetch(`http://127.0.0.1:${port}/`);

    expect(await response.text()).toBe('fine');
    await eventually(() => expect(errors()).toBe(1));
    await eventually(() => expect(Object.keys(ended())).toEqual(series));
    expect(Object.values(inFlight()).every((value) => value === 0)).toBe(true);
  });
});

describe('HttpMetrics: series', () => {
  test('are shared by two objects with equal options in one registry, and by the default registry', async () => {
    const { registry, metrics, ended } = setUp();
    const again = new HttpMetrics({ registry });
    const port = await listening(
      createServer((req, res) => {
        (req.url === '/1' ? metrics : again).begin(req, res, () => '/r');
        res.end();
      }),
    );

    for (const path of ['/1', '/2']) await fetch(`http://127.0.0.1:${port}${path}`);

    await eventually(() => expect(ended()).toEqual({ 'GET /r 200': 2 }));
    expect(() => new HttpMetrics({ registry, buckets: [1] })).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_DEFINITION' }),
    );
    new HttpMetrics({ prefix: 'default_' });
    expect((defaultRegisterer() as Registry).get('default_http_requests_in_flight')).toBeDefined();
  });

  test('continue after the metrics were cleared, also with a request in flight', async () => {
    let answer: () => void = never;
    const mayAnswer = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { registry, port, ended, inFlight } = await serve(async (req, res) => {
      if (req.url === '/wait') await mayAnswer;
      res.end();
    });
    const clear = () => {
      for (const name of ['http_request_duration_seconds', 'http_requests_in_flight']) {
        (registry.get(name) as Histogram).clear();
      }
    };
    await fetch(`http://127.0.0.1:${port}/`);
    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    const waiting = fetch(`http://127.0.0.1:${port}/wait`);
    await eventually(() => expect(inFlight()).toEqual({ GET: 1 }));

    clear();
    answer();
    await waiting;
    await fetch(`http://127.0.0.1:${port}/`);

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 2 }));
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('are few for the requests of a scanner', async () => {
    const { port, registry, ended } = await serve(
      (req, res) => {
        setRoute(req, req.url!);
        res.end();
      },
      { routeLimit: 10 },
    );

    const paths = Array.from({ length: 300 }, (_, i) => `/${i}`);
    for (const path of paths) await fetch(`http://127.0.0.1:${port}${path}`, { method: 'PROPFIND' });

    await eventually(() => expect(Object.values(ended()).reduce((a, b) => a + b, 0)).toBe(300));
    expect(registry.gatherSync({ names: ['http_request_duration_seconds'] })[0]!.size).toBe(11);
  });

  test('have a prefix and the 14 bounds of OpenTelemetry, and exist before the first request if they have no labels', () => {
    const { registry } = setUp({ prefix: 'my_' });

    const families = registry.gatherSync();

    expect(families.map(({ name, type, size }) => `${type} ${name} ${size}`)).toEqual([
      'histogram my_http_request_duration_seconds 0',
      'counter my_http_request_aborts_total 0',
      'histogram my_http_stream_duration_seconds 0',
      'gauge my_http_requests_in_flight 0',
      'gauge my_http_oldest_request_age_seconds 1',
      'gauge my_http_streams_active 1',
      'gauge my_http_upgraded_connections 0',
      'histogram my_http_upgraded_connection_duration_seconds 0',
      'counter my_http_instrumentation_errors_total 1',
    ]);
    const { layout } = families[0]!;
    expect(layout.kind === 'classic' && [...layout.bounds]).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]);
  });
});

describe('HttpMetrics.isScrape', () => {
  test.each<[scrape: boolean, path: string | false | undefined, url: string, originalUrl?: string]>([
    [true, undefined, '/metrics'],
    [true, undefined, '/metrics?name[]=up'],
    [true, undefined, 'http://proxied.example/metrics?x'],
    [false, undefined, '/metrics/'],
    [false, undefined, '/metricsx'],
    [false, undefined, '/'],
    [false, undefined, 'http://proxied.example'],
    [false, false, '/metrics'],
    [false, undefined, '/metrics', '/api/metrics'],
    [true, '/internal/metrics', '/metrics', '/internal/metrics'],
  ])('is %s for the path %s and a request to %s (%s before it was mounted)', (expected, path, url, originalUrl) => {
    const { metrics } = setUp(path === undefined ? {} : { path });

    const scrape = metrics.isScrape({ url, ...(originalUrl && { originalUrl }) } as never);

    expect(scrape).toBe(expected);
  });

  test('handleScrape shows the registry of the option registry', async () => {
    const { registry, metrics } = setUp();
    new Histogram({ name: 'own_seconds', help: 'Own.', registry }).observe(1);
    const port = await listening(createServer((req, res) => metrics.handleScrape(req, res)));

    const text = await (await fetch(`http://127.0.0.1:${port}/`)).text();

    expect(text).toContain('own_seconds_count 1\n');
    expect(text).toContain('http_instrumentation_errors_total 0\n');
  });
});

test.each<[options: unknown, message: string]>([
  [null, 'HTTP metrics take an object of options; got null'],
  [{ path: 'metrics' }, 'Option "path" must begin with "/" and hold no query; got "metrics"'],
  [{ path: true }, 'Option "path" must be a path or false; got true'],
  [{ registry: {} }, 'Option "registry" must be a registry; got an object'],
  [{ prefix: 5 }, 'Option "prefix" must be a string; got 5'],
  [{ unmatchedRoute: 5 }, 'Option "unmatchedRoute" must be a string or false; got 5'],
  [{ routeLimit: 0 }, 'Option "routeLimit" must be an integer from 1 on, or Infinity; got 0'],
  [{ route: '/x' }, 'Option "route" must be a function; got "/x"'],
  [{ onError: {} }, 'Option "onError" must be a function; got an object'],
  [{ knownMethods: 'GET' }, 'Option "knownMethods" must be an array of method names; got "GET"'],
  [{ skip: [5] }, 'Option "skip" must be a function or an array of paths and regular expressions; got 5'],
  [{ skip: '/x' }, 'Option "skip" must be a function or an array of paths and regular expressions; got "/x"'],
  [{ scrape: { timeoutMs: 0 } }, 'Option "timeoutMs" must be positive or "header"; got 0'],
  [{ scrape: { gatherer: {} } }, 'Option "gatherer" must have a method "gather"; got an object'],
  [{ scrape: { compression: ['br'] } }, 'Option "compression" must be false or an array of "zstd", "gzip"; got "br"'],
  [{ scrape: null }, 'Option "scrape" takes an object of options; got null'],
])('HttpMetrics refuses %j before anything is registered', (options, message) => {
  const registry = new Registry();

  const create = () => new HttpMetrics(options === null ? (null as never) : { registry, ...(options as object) });

  expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  expect(registry.gatherSync()).toEqual([]);
});
