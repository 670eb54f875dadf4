import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
  createServer as createHttp2Server,
} from 'node:http2';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Histogram, Registry } from '@promwright/metrics';
import { defaultRegisterer, samples } from '@promwright/model';
import inject from 'light-my-request';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { setRoute } from './set-route.ts';

type Listener = (req: IncomingMessage, res: ServerResponse) => void;

/** Metrics in a registry of their own, with what a test wants to know of them. */
function setUp(options: HttpMetricsOptions = {}) {
  const registry = new Registry();
  const metrics = new HttpMetrics({ registry, ...options });
  return { registry, metrics, ...reading(registry) };
}

function reading(registry: Registry) {
  const numbers = (name: string): Record<string, number> =>
    Object.fromEntries(
      registry
        .gatherSync()
        .flatMap((family) =>
          [...samples(family)]
            .filter((sample) => sample.name === name)
            .map(({ labels, value }) => [labels.map((label) => label.value).join(' '), value]),
        ),
    );
  return {
    /** How many requests ended, by method, route and status. */
    ended: () => numbers('http_request_duration_seconds_count'),
    inFlight: () => numbers('http_requests_in_flight'),
    aborts: () => numbers('http_request_aborts_total'),
    errors: () => numbers('http_instrumentation_errors_total')[''],
    numbers,
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server whose requests are all recorded under the route /route. */
async function serve(listener: Listener, options?: HttpMetricsOptions) {
  const set = setUp(options);
  const server = createServer((req, res) => {
    set.metrics.begin(req, res, () => '/route');
    listener(req, res);
  });
  const port = await listen(server);
  return { ...set, server, port };
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** What comes back until it contains `end`. */
function received(socket: Socket, end: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const onData = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (!text.includes(end)) return;
      socket.off('data', onData);
      resolve(text);
    };
    socket.on('data', onData);
  });
}

const request = (line: string, ...headers: string[]) => `${[line, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
const GET = request('GET / HTTP/1.1');
const never = () => undefined;

/** Until a promise is fulfilled in which `check` does not throw. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 5 });

describe('the end of a request', () => {
  test('a normal one is counted once, with its duration in seconds', async () => {
    const { port, ended, inFlight, aborts, numbers } = await serve((_, res) => {
      setTimeout(() => res.end('x'), 30);
    });

    await fetch(`http://127.0.0.1:${port}/`);

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(inFlight()).toEqual({ GET: 0 });
    expect(aborts()).toEqual({});
    const sum = numbers('http_request_duration_seconds_sum')['GET /route 200']!;
    expect(sum).toBeGreaterThan(0.025);
    expect(sum).toBeLessThan(5);
  });

  test.each<[title: string, request: string, listener: Listener, end: string, series: string]>([
    ['HEAD', request('HEAD / HTTP/1.1'), (_, res) => res.end('body'), '\r\n\r\n', 'HEAD /route 200'],
    ['304', GET, (_, res) => res.writeHead(304).end(), '\r\n\r\n', 'GET /route 304'],
    [
      '100-continue',
      `${request('POST / HTTP/1.1', 'Content-Length: 2', 'Expect: 100-continue')}ab`,
      (req, res) => req.resume().on('end', () => res.end('thanks')),
      'thanks',
      'POST /route 200',
    ],
    [
      'early hints and 102',
      GET,
      (_, res) => {
        res.writeProcessing();
        res.writeEarlyHints({ link: '</x.css>; rel=preload; as=style' });
        setTimeout(() => res.writeHead(201).end('made'), 10);
      },
      'made',
      'GET /route 201',
    ],
    [
      'a response that is ended twice',
      GET,
      (_, res) => {
        res.on('error', () => undefined);
        res.end('once');
        res.end('twice');
      },
      'once',
      'GET /route 200',
    ],
    [
      'an answer before the body was read',
      `${request('POST / HTTP/1.1', 'Content-Length: 100000')}some`,
      (_, res) => res.writeHead(413).end('too large'),
      'too large',
      'POST /route 413',
    ],
    ['a status that HTTP does not have', GET, (_, res) => res.writeHead(799).end('odd'), 'odd', 'GET /route 0xx'],
    [
      'a method that is not known',
      request('MKCALENDAR / HTTP/1.1'),
      (_, res) => res.end('ok'),
      'ok',
      '_OTHER /route 200',
    ],
  ])('%s', async (_, text, listener, end, series) => {
    const { port, ended, inFlight, aborts } = await serve(listener);
    const socket = await open(port);

    socket.write(text);
    await received(socket, end);

    await eventually(() => expect(ended()).toEqual({ [series]: 1 }));
    expect(Object.values(inFlight())).toEqual([0]);
    expect(aborts()).toEqual({});
  });

  test.each<[title: string, leave: (socket: Socket) => void]>([
    ['by reset', (socket) => socket.resetAndDestroy()],
    ['by FIN', (socket) => socket.end()],
  ])('the client leaves before the headers, %s: 499, though the answer comes later', async (_, leave) => {
    const { port, ended, inFlight, aborts } = await serve((_, res) => {
      res.on('close', () => setTimeout(() => res.end('late'), 10));
    });
    const socket = await open(port);
    socket.write(GET);
    await eventually(() => expect(inFlight()).toEqual({ GET: 1 }));

    leave(socket);

    await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
    await delay(50);
    expect(ended()).toEqual({ 'GET /route 499': 1 });
    expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('the client leaves in the middle: the status that was sent, and an abort', async () => {
    const { port, ended, inFlight, aborts } = await serve((_, res) => {
      const timer = setInterval(() => res.write('x'), 5);
      res.on('close', () => clearInterval(timer));
    });
    const socket = await open(port);
    socket.write(GET);
    await received(socket, 'x');

    socket.destroy();

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('a request that is never answered is in flight until the client leaves', async () => {
    const { port, ended, inFlight, aborts } = await serve(never);
    const socket = await open(port);
    socket.write(GET);
    await eventually(() => expect(inFlight()).toEqual({ GET: 1 }));
    await delay(50);
    expect(ended()).toEqual({});

    socket.destroy();

    await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
    expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test.each<[title: string, listener: Listener, series: string, phase: string]>([
    ['res.destroy() before the headers', (_, res) => res.destroy(), 'GET /route 499', 'before_headers'],
    [
      'res.destroy() in the middle',
      (_, res) => {
        res.writeHead(202);
        res.write('x', () => res.destroy());
      },
      'GET /route 202',
      'mid_response',
    ],
    ['socket.destroy()', (req) => req.socket.destroy(), 'GET /route 499', 'before_headers'],
  ])('%s is an abort', async (_, listener, series, phase) => {
    const { port, ended, aborts, inFlight } = await serve(listener);
    const socket = await open(port);

    socket.write(GET);

    await eventually(() => expect(ended()).toEqual({ [series]: 1 }));
    expect(aborts()).toEqual({ [`GET /route ${phase}`]: 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('server.setTimeout() still ends a slow request, which is an abort', async () => {
    const { port, server, ended, aborts, inFlight } = await serve(never);
    server.setTimeout(50);
    const socket = await open(port);

    socket.write(GET);

    await new Promise((resolve) => socket.resume().once('close', resolve));
    await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
    expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('closeAllConnections() aborts what is under way', async () => {
    const { port, server, ended, aborts, inFlight } = await serve((_, res) => res.write('x'));
    const socket = await open(port);
    socket.write(GET);
    await received(socket, 'x');

    server.closeAllConnections();

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({ 'GET /route mid_response': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('pipelined requests are counted each', async () => {
    const { port, ended, aborts, inFlight } = await serve((req, res) => {
      if (req.url === '/slow') setTimeout(() => res.end('slow'), 40);
      else res.end(`body of ${req.url}`);
    });
    const socket = await open(port);

    socket.write(['/slow', '/b', '/c'].map((path) => request(`GET ${path} HTTP/1.1`)).join(''));
    await received(socket, 'body of /c');

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 3 }));
    expect(aborts()).toEqual({});
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test.each([['left unread'], ['consumed']])(
    'pipelined requests that are aborted, bodies %s, are counted each',
    async (how) => {
      const { port, ended, aborts, inFlight } = await serve((req) => {
        if (how === 'consumed') req.resume();
      });
      const socket = await open(port);
      socket.write(`${request('POST / HTTP/1.1', 'Content-Length: 2')}ab`.repeat(3));
      await eventually(() => expect(inFlight()).toEqual({ POST: 3 }));

      socket.destroy();

      await eventually(() => expect(inFlight()).toEqual({ POST: 0 }));
      expect(Object.keys(ended())).toEqual(['POST /route 499']);
      expect(aborts()['POST /route before_headers']).toBe(ended()['POST /route 499']);
    },
  );

  test('a client that left before the request was looked at is counted too', async () => {
    const set = setUp();
    const left = vi.fn();
    const port = await listen(
      createServer((req, res) => {
        res.on('close', () => {
          left();
          setTimeout(() => set.metrics.begin(req, res, () => '/late'), 5);
        });
      }),
    );
    const socket = await open(port);
    socket.write(GET);

    setTimeout(() => socket.destroy(), 20);

    await eventually(() => expect(set.ended()).toEqual({ 'GET /late 499': 1 }));
    expect(left).toHaveBeenCalledOnce();
    expect(set.inFlight()).toEqual({ GET: 0 });
  });

  test('a simulated request is a completed one', async () => {
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

  test('nothing is left in flight by 400 sockets of which most are aborted', async () => {
    const arrived = new Map<number | undefined, number>();
    const { port, ended, aborts, inFlight, errors } = await serve((req, res) => {
      const { remotePort } = req.socket;
      arrived.set(remotePort, (arrived.get(remotePort) ?? 0) + 1);
      req.resume();
      if (req.url === '/ok') res.end('done');
      if (req.url === '/mid') res.write('x');
    });
    const kinds = ['/ok', '/never', '/mid', '/pipelined'] as const;
    const run = async (kind: (typeof kinds)[number]) => {
      const socket = await open(port);
      const { localPort } = socket;
      arrived.delete(localPort);
      if (kind === '/pipelined') {
        socket.write(`${request('POST /never HTTP/1.1', 'Content-Length: 2')}ab`.repeat(2));
        await eventually(() => expect(arrived.get(localPort)).toBe(2));
      } else {
        socket.write(request(`GET ${kind} HTTP/1.1`));
        if (kind === '/ok') await received(socket, 'done');
        else if (kind === '/mid') await received(socket, 'x');
        else await eventually(() => expect(arrived.get(localPort)).toBe(1));
      }
      await delay(Math.random() * 30);
      if (Math.random() < 0.5) socket.resetAndDestroy();
      else socket.destroy();
    };

    for (let batch = 0; batch < 8; batch++) await Promise.all(Array.from({ length: 50 }, (_, i) => run(kinds[i % 4]!)));

    await eventually(() => expect(Object.values(inFlight())).toEqual([0, 0]));
    // 13 of each 50 sockets are /ok and /never, 12 /mid and /pipelined.
    expect(ended()).toEqual({ 'GET /route 200': 8 * 25, 'GET /route 499': 8 * 13, 'POST /route 499': 8 * 24 });
    expect(aborts()).toEqual({
      'GET /route mid_response': 8 * 12,
      'GET /route before_headers': 8 * 13,
      'POST /route before_headers': 8 * 24,
    });
    expect(errors()).toBe(0);
  });

  test('a connection that is kept has one listener more, whatever the number of its requests', async () => {
    const counts: number[] = [];
    const { port, ended } = await serve((req, res) => {
      counts.push(req.socket.listenerCount('close'));
      res.end('done');
    });
    const socket = await open(port);

    for (let i = 0; i < 20; i++) {
      const answer = received(socket, 'done');
      socket.write(GET);
      await answer;
    }

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 20 }));
    expect(new Set(counts).size).toBe(1);
  });
});

describe('HTTP/2', () => {
  async function serveHttp2(listener: Listener) {
    const set = setUp();
    const server = createHttp2Server((req, res) => {
      set.metrics.begin(req as never, res as never, () => '/route');
      listener(req as never, res as never);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    onTestFinished(() => {
      session.destroy();
      server.close();
    });
    const get = (): ClientHttp2Stream => {
      const stream = session.request({ ':path': '/' });
      stream.on('error', () => undefined);
      return stream;
    };
    return { ...set, get };
  }

  test('a completed request', async () => {
    const { get, ended, aborts, inFlight } = await serveHttp2((_, res) => res.end('x'));

    get().resume();

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 1 }));
    expect(aborts()).toEqual({});
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test('a stream that is cancelled in the middle', async () => {
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

  test('a stream that is cancelled before the headers', async () => {
    const { get, ended, aborts, inFlight } = await serveHttp2(never);
    const stream = get();
    await eventually(() => expect(inFlight()).toEqual({ GET: 1 }));

    stream.close(constants.NGHTTP2_CANCEL);

    await eventually(() => expect(ended()).toEqual({ 'GET /route 499': 1 }));
    expect(aborts()).toEqual({ 'GET /route before_headers': 1 });
    expect(inFlight()).toEqual({ GET: 0 });
  });
});

describe('the route', () => {
  test('is what the instrumentation nearest to the routes says, though the outermost measures', async () => {
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
      'the option unmatchedRoute stands in for none',
      { unmatchedRoute: 'none', route: () => undefined },
      undefined,
      ['GET none 200'],
    ],
    [
      'the option route sees what was detected',
      { route: (req, res, detected) => `${req.url} ${res.statusCode} ${detected}` },
      undefined,
      ['GET /x?y 200 /route 200'],
    ],
    ['setRoute wins', { route: () => '/option' }, '/set', ['GET /set 200']],
    ['setRoute with false keeps a request out', {}, false, []],
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

  test('routes beyond the limit become one, and are counted as overflow', async () => {
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

describe('skip', () => {
  test.each<[title: string, skip: NonNullable<HttpMetricsOptions['skip']>]>([
    ['equal paths', ['/healthz']],
    ['patterns, also global ones', [/^\/health/g]],
    ['a function', (req) => req.url!.startsWith('/healthz')],
  ])('%s', async (_, skip) => {
    const { port, ended, inFlight } = await serve((_, res) => res.end(), { skip });

    for (const path of ['/healthz', '/healthz?full', '/healthz', '/', '/?/healthz']) {
      await fetch(`http://127.0.0.1:${port}${path}`);
    }

    await eventually(() => expect(ended()).toEqual({ 'GET /route 200': 2 }));
    expect(inFlight()).toEqual({ GET: 0 });
  });
});

describe('the application', () => {
  const fail = (): never => {
    throw new Error('broken');
  };
  type Spoilt = [IncomingMessage, ServerResponse];
  /** The same object for all but one property, which throws when it is read. */
  const spoilt = <T extends object>(target: T, property: keyof T | 'originalUrl'): T =>
    new Proxy(target, { get: (of, key) => (key === property ? fail() : Reflect.get(of, key, of)) });

  test.each<[title: string, options: HttpMetricsOptions, series: string]>([
    ['the option route', { route: fail }, 'GET /route 200'],
    ['the option route giving no text', { route: () => 7 as never }, 'GET /route 200'],
    ['the option skip', { skip: fail }, 'GET /route 200'],
    ['the option onError', { route: fail, onError: fail }, 'GET /route 200'],
  ])('is kept from errors of %s, which are counted', async (_, options, series) => {
    const { port, ended, inFlight, errors } = await serve((_, res) => res.end('fine'), options);

    const response = await fetch(`http://127.0.0.1:${port}/`);

    expect(await response.text()).toBe('fine');
    await eventually(() => expect(ended()).toEqual({ [series]: 1 }));
    expect(inFlight()).toEqual({ GET: 0 });
    expect(errors()).toBe(1);
  });

  test('is kept from errors of routeOf and of a wrong setRoute, of which onError is told', async () => {
    const onError = vi.fn();
    const { metrics, ended, inFlight, errors } = setUp({ onError });
    const port = await listen(
      createServer((req, res) => {
        metrics.begin(req, res, fail);
        setRoute(req, 5 as never);
        res.end('fine');
      }),
    );

    await fetch(`http://127.0.0.1:${port}/`);

    await eventually(() => expect(ended()).toEqual({ 'GET (unmatched) 200': 1 }));
    expect(onError.mock.calls.map(([error]) => error.message)).toEqual([
      'setRoute must give a text as the route; got 5',
      'broken',
    ]);
    expect(errors()).toBe(2);
    expect(inFlight()).toEqual({ GET: 0 });
  });

  test.each<[title: string, spoil: (req: IncomingMessage, res: ServerResponse) => Spoilt, series: string[]]>([
    ['a request that gives no method', (req, res) => [spoilt(req, 'method'), res], []],
    ['a response that takes no mark', (req, res) => [req, new Proxy(res, { set: fail })], []],
    ['a response that takes no listener', (req, res) => [req, spoilt(res, 'on')], []],
    ['a request that gives no target', (req, res) => [spoilt(req, 'originalUrl'), res], ['GET /x 200']],
    ['a response that gives no status', (req, res) => [req, spoilt(res, 'statusCode')], []],
  ])('is kept from %s', async (_, spoil, series) => {
    const { metrics, ended, inFlight, errors } = setUp();
    const port = await listen(
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

describe('series', () => {
  test('are shared by two with equal options in one registry, and by the default registry', async () => {
    const { registry, metrics, ended } = setUp();
    const again = new HttpMetrics({ registry });
    const port = await listen(
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

  test('count on after somebody cleared the metrics, also with a request under way', async () => {
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

  test('are few, whatever a scanner sends', async () => {
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

  test('carry a prefix, the 14 bounds of OpenTelemetry, and appear before the first request where they can', () => {
    const { registry } = setUp({ prefix: 'my_' });

    const families = registry.gatherSync();

    expect(families.map(({ name, type, size }) => `${type} ${name} ${size}`)).toEqual([
      'histogram my_http_request_duration_seconds 0',
      'counter my_http_request_aborts_total 0',
      'histogram my_http_stream_duration_seconds 0',
      'gauge my_http_requests_in_flight 0',
      'gauge my_http_oldest_request_age_seconds 1',
      'gauge my_http_streams_active 1',
      'counter my_http_instrumentation_errors_total 1',
    ]);
    const { layout } = families[0]!;
    expect(layout.kind === 'classic' && [...layout.bounds]).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]);
  });
});

describe('isScrape', () => {
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

  test('handleScrape shows the registry that was given', async () => {
    const { registry, metrics } = setUp();
    new Histogram({ name: 'own_seconds', help: 'Own.', registry }).observe(1);
    const port = await listen(createServer((req, res) => metrics.handleScrape(req, res)));

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
  [{ prefix: 5 }, 'Option "prefix" must be a text; got 5'],
  [{ unmatchedRoute: 5 }, 'Option "unmatchedRoute" must be a text or false; got 5'],
  [{ routeLimit: 0 }, 'Option "routeLimit" must be a whole number from 1 on, or Infinity; got 0'],
  [{ route: '/x' }, 'Option "route" must be a function; got "/x"'],
  [{ onError: {} }, 'Option "onError" must be a function; got an object'],
  [{ knownMethods: 'GET' }, 'Option "knownMethods" must be an array of method names; got "GET"'],
  [{ skip: [5] }, 'Option "skip" must be a function or an array of paths and regular expressions; got 5'],
  [{ skip: '/x' }, 'Option "skip" must be a function or an array of paths and regular expressions; got "/x"'],
  [{ scrape: { timeoutMs: 0 } }, 'Option "timeoutMs" must be positive or "header"; got 0'],
  [{ scrape: { gatherer: {} } }, 'Option "gatherer" must have a method "gather"; got an object'],
  [{ scrape: { compression: ['br'] } }, 'Option "compression" must be false or an array of "zstd", "gzip"; got "br"'],
  [{ scrape: null }, 'A scrape takes an object of options; got null'],
])('refuses %j before anything is registered', (options, message) => {
  const registry = new Registry();

  const create = () => new HttpMetrics(options === null ? (null as never) : { registry, ...(options as object) });

  expect(create).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
  expect(registry.gatherSync()).toEqual([]);
});
