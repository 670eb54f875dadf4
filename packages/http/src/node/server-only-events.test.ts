import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import {
  createServer as createHttp2Server,
  type Http2Server,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { Registry } from '@promwright/metrics';
import { countsIn, eventually, listening, opened } from '@tooling/http-scenarios';
import { describe, expect, test } from 'vitest';
import { http2Session } from '../../test/http2-session.ts';
import { setRoute } from '../requests/set-route.ts';
import { HttpMetrics } from './http-metrics.ts';
import { instrumentServer } from './instrument-server.ts';

const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
const ACCEPTED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

/** Resolves when the socket has received `end`. */
function received(socket: Socket, end: string): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (text.includes(end)) resolve();
    });
  });
}

/** Sends one request and resolves with the response when the server has closed the connection. */
async function exchange(port: number, text: string): Promise<string> {
  const socket = await opened(port);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.write(text);
  await new Promise((resolve) => socket.on('close', resolve));
  return answer;
}

describe('upgraded connections', () => {
  /** Starts a server that passes upgrades to a framework, as plugins for WebSocket do: with a response made for the request. */
  async function serve(kind: 'adapter' | 'server' | 'both', answer: (socket: Socket, res: ServerResponse) => void) {
    const registry = new Registry();
    const server = createServer();
    const adapter = kind === 'server' ? undefined : new HttpMetrics({ registry });
    if (kind !== 'adapter') instrumentServer(server, { registry });
    server.on('upgrade', (req: IncomingMessage, socket: Socket) => {
      // As programs for WebSocket do: a connection that nobody reads never ends.
      socket.resume().on('end', () => socket.end());
      const res = new ServerResponse(req);
      res.assignSocket(socket);
      adapter?.begin(req, res, () => '/chat');
      answer(socket, res);
    });
    return { port: await listening(server), ...countsIn(registry) };
  }

  test.each<[kind: 'adapter' | 'server' | 'both']>([['adapter'], ['server'], ['both']])(
    'are counted once by %s',
    async (kind) => {
      const { port, ended, aborts, numbers, inFlight } = await serve(kind, (socket) => socket.write(ACCEPTED));
      const sockets = await Promise.all([opened(port), opened(port)]);

      for (const socket of sockets) socket.write(UPGRADE);
      await Promise.all(sockets.map((socket) => received(socket, '\r\n\r\n')));

      expect(numbers('http_upgraded_connections')).toEqual({ websocket: 2 });
      expect(Object.values(inFlight()).every((count) => count === 0)).toBe(true);
      expect(numbers('http_upgrades_total')).toEqual(kind === 'adapter' ? {} : { websocket: 2 });
      for (const socket of sockets) socket.destroy();
      await eventually(() => expect(numbers('http_upgraded_connections')).toEqual({ websocket: 0 }));
      expect(numbers('http_upgraded_connection_duration_seconds_count')).toEqual({ websocket: 2 });
      expect(ended()).toEqual({});
      expect(aborts()).toEqual({});
    },
  );

  test.each<[kind: 'adapter' | 'both']>([['adapter'], ['both']])(
    'a refused upgrade is a request that ends with its response (%s)',
    async (kind) => {
      const { port, ended, aborts, numbers, inFlight } = await serve(kind, (_, res) => res.writeHead(401).end('no'));
      const socket = await opened(port);

      socket.write(UPGRADE);
      await received(socket, 'no');

      await eventually(() => expect(ended()).toEqual({ 'GET /chat 401': 1 }));
      expect(inFlight()).toEqual({ GET: 0 });
      expect(aborts()).toEqual({});
      expect(numbers('http_upgraded_connections')).toEqual({});
    },
  );

  test.each<[title: string, response: (req: IncomingMessage) => ServerResponse | undefined]>([
    ['a response without a connection', (req) => new ServerResponse(req)],
    ['no response', () => undefined],
  ])('are counted if the framework receives them afterwards, with %s', async (_, response) => {
    const registry = new Registry();
    const metrics = new HttpMetrics({ registry });
    const server = createServer().on('upgrade', (req: IncomingMessage, socket: Socket) => {
      socket.resume().on('end', () => socket.end());
      socket.write(ACCEPTED);
      const res = response(req) as ServerResponse;
      if (metrics.isScrape(req)) metrics.handleScrape(req, res);
      else metrics.begin(req, res, () => '/chat');
    });
    const port = await listening(server);
    const sockets = await Promise.all([opened(port), opened(port)]);

    sockets[0]!.write(UPGRADE);
    sockets[1]!.write(UPGRADE.replace('/chat', '/metrics'));
    await Promise.all(sockets.map((socket) => received(socket, '\r\n\r\n')));

    const { numbers, inFlight, ended, aborts, errors } = countsIn(registry);
    expect(numbers('http_upgraded_connections')).toEqual({ websocket: 2 });
    for (const socket of sockets) socket.destroy();
    await eventually(() => expect(numbers('http_upgraded_connections')).toEqual({ websocket: 0 }));
    expect(numbers('http_upgraded_connection_duration_seconds_count')).toEqual({ websocket: 2 });
    expect([inFlight(), ended(), aborts(), errors()]).toEqual([{}, {}, {}, 0]);
  });

  test('a refused upgrade is complete, although the framework destroys the connection once it is', async () => {
    const registry = new Registry();
    const metrics = new HttpMetrics({ registry });
    const server = createServer().on('upgrade', (req: IncomingMessage, socket: Socket) => {
      const res = new ServerResponse(req);
      res.assignSocket(socket);
      res.on('finish', () => socket.destroy());
      metrics.begin(req, res, () => '/chat');
      res.writeHead(401).end('no');
    });
    const port = await listening(server);

    expect(await exchange(port, UPGRADE)).toMatch(/^HTTP\/1\.1 401 /);

    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET /chat 401': 1 }));
    expect(countsIn(registry).aborts()).toEqual({});
  });

  test('of a simulated request are counted', () => {
    const registry = new Registry();
    const metrics = new HttpMetrics({ registry });
    const simulated = { method: 'GET', url: '/chat', httpVersion: '1.1', headers: { upgrade: 'websocket' } };
    const req = simulated as unknown as IncomingMessage;
    const res = new ServerResponse(req);
    const connection = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
    res.assignSocket(connection as Socket);

    metrics.begin(req, res, () => '/chat');
    connection.write(ACCEPTED);

    expect(countsIn(registry).numbers('http_upgraded_connections')).toEqual({ websocket: 1 });
    expect(countsIn(registry).inFlight()).toEqual({ GET: 0 });
  });

  test('that a request listener accepts are counted as upgrades too', async () => {
    const registry = new Registry();
    const server = createServer((req) => req.socket.write(ACCEPTED));
    instrumentServer(server, { registry });
    const socket = await opened(await listening(server));

    socket.write(UPGRADE);
    await received(socket, '\r\n\r\n');

    expect(countsIn(registry).numbers('http_upgrades_total')).toEqual({ websocket: 1 });
    expect(countsIn(registry).numbers('http_upgraded_connections')).toEqual({ websocket: 1 });
  });

  test('a refusal that the program writes to the socket is a request', async () => {
    const registry = new Registry();
    const server = createServer();
    instrumentServer(server, { registry, skip: ['/skipped'] });
    server.on('upgrade', (_, socket: Socket) => socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n'));
    const port = await listening(server);

    for (const path of ['/chat', '/skipped']) await exchange(port, UPGRADE.replace('/chat', path));

    const { ended, inFlight, numbers, aborts } = countsIn(registry);
    expect(ended()).toEqual({ 'GET (unmatched) 401': 1 });
    expect(aborts()).toEqual({});
    expect(inFlight()).toEqual({});
    expect(numbers('http_upgrades_total')).toEqual({ websocket: 2 });
    expect(numbers('http_upgraded_connections')).toEqual({});
  });

  test.each<[kind: 'server' | 'both', route: string]>([
    ['server', '(unmatched)'],
    ['both', '/chat'],
  ])('a connection that closes before the upgrade is answered is an abort (%s)', async (kind, route) => {
    const { port, ended, aborts } = await serve(kind, (socket) => socket.destroy());

    await exchange(port, UPGRADE);

    await eventually(() => expect(ended()).toEqual({ [`GET ${route} 499`]: 1 }));
    expect(aborts()).toEqual({ [`GET ${route} before_headers`]: 1 });
  });

  test('have the names and labels of OpenTelemetry with its convention', async () => {
    const registry = new Registry();
    const server = createServer((req) => req.socket.write(ACCEPTED));
    instrumentServer(server, { registry, convention: 'otel', prefix: 'my_' });
    const socket = await opened(await listening(server));

    socket.write(UPGRADE);
    await received(socket, '\r\n\r\n');

    const { numbers } = countsIn(registry);
    expect(numbers('my_http_server_upgraded_connections')).toEqual({ websocket: 1 });
    socket.destroy();
    await eventually(() =>
      expect(numbers('my_http_server_upgraded_connection_duration_seconds_count')).toEqual({ websocket: 1 }),
    );
  });

  test('tunnels of CONNECT are counted', async () => {
    const registry = new Registry();
    const server = createServer();
    instrumentServer(server, { registry });
    server.on('connect', (_, socket) => {
      socket.resume().on('end', () => socket.end());
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
    });
    const socket = await opened(await listening(server));

    socket.write('CONNECT a.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n');
    await received(socket, '\r\n\r\n');

    expect(countsIn(registry).numbers('http_upgraded_connections')).toEqual({ connect: 1 });
    socket.destroy();
    await eventually(() => expect(countsIn(registry).numbers('http_upgraded_connections')).toEqual({ connect: 0 }));
  });

  describe('of HTTP/2', () => {
    type Answer = (stream: ServerHttp2Stream) => void;
    type Listen = (server: Http2Server, answer: Answer) => unknown;

    /** Starts a server that answers CONNECT, and sends one such request. */
    async function connected(
      listen: Listen,
      answer: Answer,
      headers: OutgoingHttpHeaders = { ':protocol': 'websocket', ':scheme': 'http', ':path': '/metrics' },
    ) {
      const registry = new Registry();
      const server = createHttp2Server({ settings: { enableConnectProtocol: true } });
      instrumentServer(server, { registry });
      listen(server, answer);
      const session = await http2Session(server);
      await new Promise((resolve) => session.once('remoteSettings', resolve));
      const stream = session.request({ ':method': 'CONNECT', ...headers }, { endStream: false });
      stream.on('error', () => undefined);
      return { stream, ...countsIn(registry) };
    }

    const listens: [event: string, listen: Listen][] = [
      ['stream', (server, answer) => server.on('stream', (stream) => answer(stream))],
      [
        'connect',
        (server, answer) => server.on('request', () => undefined).on('connect', ({ stream }) => answer(stream)),
      ],
    ];
    const protocols: [protocol: string, headers: OutgoingHttpHeaders | undefined][] = [
      ['websocket', undefined],
      ['connect', { ':authority': 'a.example:443' }],
    ];

    test.each(
      listens.flatMap((listen) =>
        protocols.map(([protocol, headers]) => [listen[0], protocol, listen[1], headers] as const),
      ),
    )('are counted while their stream is open (listener to %s: %s)', async (_, protocol, listen, headers) => {
      const { stream, numbers, ended, aborts, inFlight } = await connected(listen, (each) => each.respond(), headers);
      await new Promise((resolve) => stream.once('response', resolve));

      expect(numbers('http_upgrades_total')).toEqual({ [protocol]: 1 });
      expect(numbers('http_upgraded_connections')).toEqual({ [protocol]: 1 });
      stream.close();
      await eventually(() => expect(numbers('http_upgraded_connections')).toEqual({ [protocol]: 0 }));
      expect(numbers('http_upgraded_connection_duration_seconds_count')).toEqual({ [protocol]: 1 });
      expect([ended(), aborts(), inFlight()]).toEqual([{}, {}, {}]);
    });

    test.each(listens)('are requests if they are refused (listener to %s)', async (_, listen) => {
      const { ended, aborts, numbers } = await connected(listen, (each) =>
        each.respond({ ':status': 403 }, { endStream: true }),
      );

      await eventually(() => expect(ended()).toEqual({ 'CONNECT (unmatched) 403': 1 }));
      expect([aborts(), numbers('http_upgraded_connections')]).toEqual([{}, {}]);
      expect(numbers('http_upgrades_total')).toEqual({ websocket: 1 });
    });

    test.each(listens)('are aborts if the client leaves before the response (listener to %s)', async (_, listen) => {
      let arrived = () => {};
      const arrival = new Promise<void>((resolve) => {
        arrived = resolve;
      });
      const { stream, ended, aborts } = await connected(listen, () => arrived());
      await arrival;

      stream.close(8);

      await eventually(() => expect(ended()).toEqual({ 'CONNECT (unmatched) 499': 1 }));
      expect(aborts()).toEqual({ 'CONNECT (unmatched) before_headers': 1 });
    });

    test('are refused by Node if the server listens to requests only', async () => {
      const { ended } = await connected(
        (server) => server.on('request', () => undefined),
        () => undefined,
      );

      await eventually(() => expect(ended()).toEqual({ 'CONNECT (unmatched) 405': 1 }));
    });
  });

  test('the methods of the socket are the original ones after the answer', async () => {
    const registry = new Registry();
    const sockets: Socket[] = [];
    const server = createServer((req, res) => {
      sockets.push(req.socket);
      res.end('plain');
    });
    instrumentServer(server, { registry });
    const socket = await opened(await listening(server));

    socket.write(UPGRADE);
    await received(socket, 'plain');

    expect(sockets.map((each) => [Object.hasOwn(each, 'write'), Object.hasOwn(each, 'end')])).toEqual([[false, false]]);
    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET (unmatched) 200': 1 }));
  });
});

describe('requests that Node refuses', () => {
  test.each<[title: string, request: string, series: string]>([
    ['a request without Host', 'GET / HTTP/1.1\r\n\r\n', 'GET (unmatched) 400'],
    [
      'an unknown expectation',
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nConnection: close\r\n\r\n',
      'GET (unmatched) 417',
    ],
  ])('%s is recorded', async (_, request, series) => {
    const registry = new Registry();
    const server = createServer((_req, res) => res.end());
    instrumentServer(server, { registry });
    const port = await listening(server);

    await exchange(port, request);

    await eventually(() => expect(countsIn(registry).ended()).toEqual({ [series]: 1 }));
    expect(countsIn(registry).aborts()).toEqual({});
    expect(countsIn(registry).inFlight()).toEqual({ GET: 0 });
  });

  test('a request beyond maxRequestsPerSocket is recorded', async () => {
    const registry = new Registry();
    const server = createServer((_req, res) => res.end('ok'));
    server.maxRequestsPerSocket = 1;
    instrumentServer(server, { registry });
    const port = await listening(server);

    await exchange(port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(2));

    await eventually(() =>
      expect(countsIn(registry).ended()).toEqual({ 'GET (unmatched) 200': 1, 'GET (unmatched) 503': 1 }),
    );
  });

  test('a connection beyond maxConnections is counted', async () => {
    const registry = new Registry();
    const server = createServer((_req, res) => res.end('ok'));
    server.maxConnections = 1;
    instrumentServer(server, { registry });
    const port = await listening(server);
    await opened(port);

    await exchange(port, '');

    expect(countsIn(registry).numbers('http_client_errors_total')).toEqual({ MAX_CONNECTIONS: 1 });
  });
});

describe('HTTP/2 servers without a request listener', () => {
  async function serve(listener: (stream: ServerHttp2Stream, path: string) => void) {
    const registry = new Registry();
    const server = createHttp2Server();
    instrumentServer(server, { registry, sizes: 'body' });
    server.on('stream', (stream, headers) => listener(stream, headers[':path']!));
    const session = await http2Session(server);
    const get = (path: string) =>
      new Promise<string>((resolve) => {
        let body = '';
        const stream = session.request({ ':path': path });
        stream.setEncoding('utf8').on('data', (chunk) => {
          body += chunk;
        });
        stream.on('error', () => undefined).on('close', () => resolve(body));
      });
    return { get, session, server, ...countsIn(registry) };
  }

  test('are recorded and serve the scrape', async () => {
    const { get, ended, aborts, inFlight, numbers } = await serve((stream, path) => {
      if (path === '/hidden') setRoute(stream, false);
      else setRoute(stream, '/named');
      stream.respond({ ':status': path === '/missing' ? 404 : 200 });
      stream.end('hello');
    });

    for (const path of ['/1', '/missing', '/hidden']) expect(await get(path)).toBe('hello');

    await eventually(() => expect(ended()).toEqual({ 'GET /named 200': 1, 'GET /named 404': 1 }));
    expect(numbers('http_response_size_bytes_sum')).toEqual({ 'GET /named 200': 5, 'GET /named 404': 5 });
    expect(aborts()).toEqual({});
    expect(inFlight()).toEqual({ GET: 0 });
    expect(await get('/metrics')).toContain('http_requests_in_flight{method="GET"} 0\n');
  });

  test('record event streams and aborts', async () => {
    const { session, ended, aborts, numbers } = await serve((stream, path) => {
      stream.on('error', () => undefined);
      if (path === '/events') stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
      if (path === '/events') stream.write('data: x\n\n');
    });
    const events = session.request({ ':path': '/events' });
    const silent = session.request({ ':path': '/silent' });
    for (const stream of [events, silent]) stream.on('error', () => undefined);
    await new Promise((resolve) => events.once('data', resolve));
    expect(numbers('http_streams_active')).toEqual({ '': 1 });

    for (const stream of [events, silent]) stream.close(8);

    await eventually(() => expect(ended()).toEqual({ 'GET (unmatched) 200': 1, 'GET (unmatched) 499': 1 }));
    expect(aborts()).toEqual({ 'GET (unmatched) mid_response': 1, 'GET (unmatched) before_headers': 1 });
    expect(numbers('http_streams_active')).toEqual({ '': 0 });
  });
});
