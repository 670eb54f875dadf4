import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Counter, Registry } from '@promwright/metrics';
import { ask, countsIn, eventually, listening, rows } from '@tooling/http-scenarios';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FetchMetricsOptions, fetchMetrics } from '../fetch/fetch-metrics.ts';
import { setRoute } from '../requests/set-route.ts';
import { HttpMetrics } from './http-metrics.ts';
import type { HttpMetricsOptions } from './http-metrics-options.ts';
import { instrumentAll } from './instrument-all.ts';
import { instrumentServer } from './instrument-server.ts';

type Options = HttpMetricsOptions<IncomingMessage, ServerResponse, string>;
type Adapter = HttpMetrics<IncomingMessage, ServerResponse, string>;

/** Passes a request through adapters as frameworks do: the first that serves the scrape responds; the last knows the route. */
function application(adapters: () => readonly Adapter[]): (req: IncomingMessage, res: ServerResponse) => void {
  return (req, res) => {
    for (const adapter of adapters()) {
      if (adapter.isScrape(req)) {
        adapter.handleScrape(req, res);
        return;
      }
      adapter.begin(req, res, () => (req.url === '/missing' ? undefined : '/detected'));
    }
    res.writeHead(req.url === '/missing' || req.url === '/metrics' ? 404 : 200).end('of the application');
  };
}

interface Setup {
  readonly server: Server;
  readonly port: number;
  readonly registry: Registry;
}

type Order = 'adapter first' | 'server first';

/** Starts a server with an adapter and `instrumentServer`, both with one registry. */
async function serve(order: Order, adapterOptions: Options, serverOptions: Options = {}): Promise<Setup> {
  const registry = new Registry();
  let adapter: Adapter;
  const server = createServer(application(() => [adapter]));
  const steps = [
    () => {
      adapter = new HttpMetrics({ registry, ...adapterOptions });
    },
    () => instrumentServer(server, { registry, ...serverOptions }),
  ];
  for (const step of order === 'adapter first' ? steps : steps.reverse()) step();
  return { server, registry, port: await listening(server) };
}

function quietWarnings() {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  onTestFinished(() => warned.mockRestore());
  return warned;
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const statusOf = async (port: number, path: string, options = {}) => (await ask(port, path, options)).status;

describe.each<[Order]>([['adapter first'], ['server first']])('instrumentServer beside an adapter, %s', (order) => {
  test('counts a request once, under the route of the adapter', async () => {
    const { port, registry } = await serve(order, {});

    for (const path of ['/a', '/missing', '/b']) await ask(port, path);

    const { ended, inFlight, errors } = countsIn(registry);
    await eventually(() => expect(ended()).toEqual({ 'GET /detected 200': 2, 'GET (unmatched) 404': 1 }));
    expect(inFlight()).toEqual({ GET: 0 });
    expect(errors()).toBe(0);
  });

  test.each<[option: string, options: Options, ended: Record<string, number>]>([
    ['skip', { skip: ['/health'] }, { 'GET /detected 200': 1 }],
    ['skip, a function', { skip: (req) => req.url === '/health' }, { 'GET /detected 200': 1 }],
    ['skipRecord', { skipRecord: ({ req }) => req.url === '/health' }, { 'GET /detected 200': 1 }],
    [
      'route',
      { route: (req, _res, detected) => `${req.url} ${detected}` },
      { 'GET /x /detected 200': 1, 'GET /health /detected 200': 1 },
    ],
    [
      'extraLabels',
      { extraLabels: { names: ['path'], values: ({ req }) => ({ path: req.url! }) } },
      { 'GET /detected 200 /x': 1, 'GET /detected 200 /health': 1 },
    ],
    ['labels', { labels: { method: false } }, { '/detected 200': 2 }],
    ['status', { status: 'class' }, { 'GET /detected 2xx': 2 }],
    ['unmatchedRoute', { unmatchedRoute: 'none', route: () => undefined }, { 'GET none 200': 2 }],
    ['knownMethods', { knownMethods: ['POST'] }, { '_OTHER /detected 200': 2 }],
    ['counter', { counter: true }, { 'GET /detected 200': 2 }],
    ['buckets', { buckets: [1, 2] }, { 'GET /detected 200': 2 }],
  ])("keeps the adapter's option %s", async (option, options, expected) => {
    const { port, registry } = await serve(order, options);

    for (const path of ['/x', '/health']) await ask(port, path);

    const { ended, errors, numbers } = countsIn(registry);
    await eventually(() => expect(ended()).toEqual(expected));
    expect(errors()).toBe(0);
    if (option === 'counter') expect(numbers('http_requests_total')).toEqual(expected);
  });

  test.each<[when: string, paths: string[]]>([
    ['before any other request', []],
    ['after a request', ['/x']],
    ['after a failed scrape', ['/metrics']],
  ])("shows the metrics only with the adapter's credentials, %s", async (_, paths) => {
    const { port } = await serve(order, { scrape: { auth: { bearer: 'secret' } } });
    for (const path of paths) await ask(port, path);

    expect(await statusOf(port, '/metrics')).toBe(401);
    expect(await statusOf(port, '/metrics', bearer('wrong'))).toBe(401);
    const { status, body } = await ask(port, '/metrics', bearer('secret'));

    expect(status).toBe(200);
    expect(body.toString()).toContain('http_instrumentation_errors_total 0\n');
  });

  test('shows nothing to addresses that the adapter refuses', async () => {
    const { port } = await serve(order, { scrape: { allow: ['10.0.0.0/8'] } });

    expect(await statusOf(port, '/metrics')).toBe(403);
    await ask(port, '/x');
    expect(await statusOf(port, '/metrics')).toBe(403);
  });

  test('serves no scrape if the adapter has path: false', async () => {
    const { port } = await serve(order, { path: false });

    for (const path of ['/metrics', '/x', '/metrics']) {
      expect((await ask(port, path)).body.toString()).toBe('of the application');
    }
  });

  test("serves the scrape at the adapter's path alone", async () => {
    const { port } = await serve(order, { path: '/internal', scrape: { auth: { bearer: 'secret' } } });

    for (const path of ['/metrics', '/x', '/metrics']) {
      expect((await ask(port, path)).body.toString()).toBe('of the application');
    }
    expect(await statusOf(port, '/internal')).toBe(401);
    expect(await statusOf(port, '/internal', bearer('secret'))).toBe(200);
  });

  test("a scrape with options of its own needs the adapter's credentials too", async () => {
    quietWarnings();
    const { port } = await serve(
      order,
      { path: '/internal', scrape: { auth: { bearer: 'secret' } } },
      { path: '/metrics' },
    );

    for (const path of ['/metrics', '/x', '/metrics'])
      expect(await statusOf(port, path)).toBe(path === '/x' ? 200 : 401);
    expect(await statusOf(port, '/metrics', bearer('secret'))).toBe(200);
  });

  test('a scrape with credentials of its own is served to nobody else', async () => {
    const { port } = await serve(order, {}, { scrape: { auth: { bearer: 'server' } } });

    for (const path of ['/metrics', '/x', '/metrics'])
      expect(await statusOf(port, path)).toBe(path === '/x' ? 200 : 401);
    expect(await statusOf(port, '/metrics', bearer('server'))).toBe(200);
  });

  test('a request that instrumentServer skips is left out', async () => {
    const { port, registry } = await serve(order, {}, { skip: ['/health'] });

    for (const path of ['/x', '/health', '/health']) await ask(port, path);

    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET /detected 200': 1 }));
    expect(countsIn(registry).inFlight()).toEqual({ GET: 0 });
  });

  test('options for recordings that only instrumentServer has are reported', async () => {
    const warned = quietWarnings();
    const onError = vi.fn();
    const { port, registry } = await serve(order, { counter: true }, { counter: true, route: () => '/lost', onError });

    for (const path of ['/x', '/y']) await ask(port, path);

    const message =
      'An adapter records the requests of this server: pass "route" to the adapter, not to instrumentServer';
    expect(onError.mock.calls).toEqual([[expect.objectContaining({ code: 'INVALID_OPTION', message })]]);
    expect(warned).toHaveBeenCalledOnce();
    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET /detected 200': 2 }));
    expect(countsIn(registry).errors()).toBe(1);
  });

  test('definitions that clash throw if instrumentServer has options for them', async () => {
    await expect(serve(order, { labels: { status: false } }, { status: 'class' })).rejects.toThrow(
      expect.objectContaining({ code: 'DUPLICATE_DEFINITION' }),
    );
  });

  test('options of instrumentServer hold although the adapter defines other metrics of the same names', async () => {
    const { port, registry } = await serve(order, { labels: { method: false } }, { skip: ['/health'] });

    for (const path of ['/x', '/health', '/health']) await ask(port, path);

    await eventually(() => expect(countsIn(registry).ended()).toEqual({ '/detected 200': 1 }));
  });

  test('with another registry, instrumentServer records there only what no adapter sees', async () => {
    const other = new Registry();
    const { port, registry } = await serve(order, {}, { registry: other });

    for (const path of ['/x', '/y']) await ask(port, path);
    await ask(port, '/', { headers: { host: [] as never } }).catch(() => undefined);

    await eventually(() => expect(countsIn(registry).ended()).toMatchObject({ 'GET /detected 200': 2 }));
    expect(countsIn(other).ended()).toEqual({});
    expect(countsIn(other).inFlight()).toEqual({ GET: 0 });
  });
});

describe('fetchMetrics on an instrumented server', () => {
  /** Starts a server whose requests a handler of the fetch standard answers, as the adapters of Hono and others do. */
  async function serveFetch(options: FetchMetricsOptions<string>, serverOptions: Options = {}) {
    const registry = new Registry();
    const handler = fetchMetrics(
      (request: Request, _environment: unknown) => {
        setRoute(request, '/named');
        return new Response('of the application', { status: request.url.endsWith('/missing') ? 404 : 200 });
      },
      { registry, ...options } as FetchMetricsOptions,
    );
    const server = createServer(async (incoming, outgoing) => {
      const { authorization } = incoming.headers;
      const headers = authorization === undefined ? {} : { authorization };
      const response = await handler(new Request(`http://shop.example${incoming.url}`, { headers }), {
        incoming,
        outgoing,
      });
      outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()));
    });
    instrumentServer(server, { registry, ...serverOptions });
    return { registry, port: await listening(server), ...countsIn(registry) };
  }

  test('records a request once, with the options of the handler', async () => {
    const { port, ended, inFlight, errors } = await serveFetch(
      {
        skip: ({ url }) => url.endsWith('/health'),
        extraLabels: { names: ['seen'], values: ({ res }) => ({ seen: String(res?.status) }) },
      },
      { skip: ['/skipped'] },
    );

    for (const path of ['/x', '/missing', '/health', '/skipped']) await ask(port, path);

    await eventually(() => expect(ended()).toEqual({ 'GET /named 200 200': 1, 'GET /named 404 404': 1 }));
    expect(inFlight()).toEqual({ GET: 0 });
    expect(errors()).toBe(0);
  });

  test("shows the metrics only with the handler's credentials", async () => {
    const { port } = await serveFetch({ scrape: { auth: { bearer: 'secret' } } });

    for (const path of ['/metrics', '/x', '/metrics'])
      expect(await statusOf(port, path)).toBe(path === '/x' ? 200 : 401);
    expect(await statusOf(port, '/metrics', bearer('secret'))).toBe(200);
  });
});

describe('several instrumentations of one server', () => {
  test('an adapter whose options are refused leaves the instrumentation of the server as it was', async () => {
    const registry = new Registry();
    const server = createServer((_, res) => res.end());
    instrumentServer(server, { registry });
    new Counter({ name: 'taken_total', help: 'Taken.', registry });
    const names = { requestDuration: 'taken_total' };

    expect(() => new HttpMetrics({ registry, labels: { status: false }, names })).toThrow();

    const port = await listening(server);
    await ask(port, '/x');
    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET (unmatched) 200': 1 }));
  });

  test('a server without an adapter serves its scrape, although an adapter elsewhere has credentials', async () => {
    new HttpMetrics({ registry: new Registry(), scrape: { auth: { bearer: 'elsewhere' } } });
    const registry = new Registry();
    const server = createServer((_, res) => res.writeHead(404).end());
    instrumentServer(server, { registry });
    const port = await listening(server);

    const statuses = [await statusOf(port, '/metrics'), await statusOf(port, '/metrics')];

    // The first scrape shows that no adapter is in front of the application.
    expect(statuses).toEqual([404, 200]);
  });

  test('a second call with other options throws, and with equal options returns the first instrumentation', () => {
    const registry = new Registry();
    const server = createServer();
    const first = instrumentServer(server, { registry, skip: ['/health'] });

    expect(instrumentServer(server, { registry, skip: ['/health'] })).toBe(first);
    expect(() => instrumentServer(server, { registry, scrape: { auth: { bearer: 'x' } } })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message:
          'This server is instrumented already, with other options; instrumentServer got another value of "scrape", "skip"',
      }),
    );
    first.stop();
    instrumentServer(server, { registry, scrape: { auth: { bearer: 'x' } } }).stop();
  });

  test('a second call of instrumentAll with other options throws while the first runs', () => {
    const registry = new Registry();
    const first = instrumentAll({ registry });
    onTestFinished(() => first.stop());

    expect(instrumentAll({ registry })).toBe(first);
    expect(() => instrumentAll({ registry, prefix: 'x_' })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    first.stop();
    instrumentAll({ registry, prefix: 'x_' }).stop();
  });

  test.each<[title: string, withServer: boolean]>([
    ['and an adapter', false],
    ['instrumentServer and an adapter', true],
  ])('instrumentAll %s record a request once, by the adapter', async (_, withServer) => {
    const all = new Registry();
    const running = instrumentAll({ registry: all });
    onTestFinished(() => running.stop());
    const registry = new Registry();
    const adapter = new HttpMetrics({ registry, skip: (req) => req.url === '/health' });
    const server = createServer(application(() => [adapter as Adapter]));
    if (withServer) instrumentServer(server, { registry });
    const port = await listening(server);

    for (const path of ['/x', '/health']) await ask(port, path);

    await eventually(() => expect(countsIn(registry).ended()).toEqual({ 'GET /detected 200': 1 }));
    expect(countsIn(all).ended()).toEqual({});
    expect(countsIn(all).inFlight()).toEqual({ GET: 0 });
  });

  test('of two adapters the inner one records, and what the outer one skips is left out', async () => {
    const outside = new Registry();
    const inside = new Registry();
    const outer = new HttpMetrics({ registry: outside, skip: ['/outer'] }) as Adapter;
    const inner = new HttpMetrics({
      registry: inside,
      skip: ['/inner'],
      extraLabels: { names: ['path'], values: ({ req }) => ({ path: req.url! }) },
    }) as Adapter;
    const port = await listening(createServer(application(() => [outer, inner])));

    for (const path of ['/x', '/outer', '/inner']) await ask(port, path);

    await eventually(() => expect(countsIn(inside).ended()).toEqual({ 'GET /detected 200 /x': 1 }));
    expect(countsIn(outside).ended()).toEqual({});
    expect(rows(outside, 'http_requests_in_flight').every(({ value }) => value === 0)).toBe(true);
  });

  test("the scrape of an outer adapter needs the inner adapter's credentials once a request has passed both", async () => {
    const registry = new Registry();
    const outer = new HttpMetrics({ registry }) as Adapter;
    const inner = new HttpMetrics({ registry, scrape: { auth: { bearer: 'secret' } } }) as Adapter;
    const port = await listening(createServer(application(() => [outer, inner])));

    await ask(port, '/x');

    expect(await statusOf(port, '/metrics')).toBe(401);
    expect(await statusOf(port, '/metrics', bearer('secret'))).toBe(200);
  });
});
