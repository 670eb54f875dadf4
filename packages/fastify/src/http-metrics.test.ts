import { once } from 'node:events';
import { METHODS } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { createRequire } from 'node:module';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { instrumentServer, setRoute } from '@promwright/http';
import { Registry } from '@promwright/metrics';
import {
  ask,
  begin,
  countedAs,
  countsIn,
  describeRequestEnds,
  describeServedMetrics,
  ended,
  errors,
  eventually,
  inFlight,
  rows,
} from '@tooling/http-scenarios';
import fastify512, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type FastifyMetricsOptions, httpMetrics } from './index.ts';

const require = createRequire(import.meta.url);
const versions = {
  '5.0': require('fastify-5.0') as typeof fastify512,
  '5.12': fastify512,
};
type Version = keyof typeof versions;
const names = Object.keys(versions) as Version[];

/** Creates an application with the plugin and the registry of the plugin. */
async function setUp(
  version: Version = '5.12',
  options: FastifyMetricsOptions = {},
  serverOptions: FastifyServerOptions = {},
  registry = new Registry(),
) {
  const app = versions[version](serverOptions);
  onTestFinished(async () => {
    app.server.closeAllConnections();
    await app.close();
  });
  await app.register(httpMetrics, { registry, ...options });
  return { app, registry };
}

async function listen(app: FastifyInstance): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' });
  return (app.server.address() as AddressInfo).port;
}

const ok = async () => 'ok';
const teapot = () => Object.assign(new Error('teapot'), { statusCode: 418 });

/** Creates an application with every kind of route and scope, some declared before the plugin and some after it. */
async function largeApplication(version: Version) {
  const registry = new Registry();
  const app = versions[version]({ logger: false });
  onTestFinished(() => app.close());
  app.get('/before/:id', ok);
  app.register(
    async (child) => {
      child.get('/in/:x', ok);
    },
    { prefix: '/earlier/:tenant' },
  );
  await app.register(httpMetrics, { registry });

  app.get('/', ok);
  app.get('/plain/:id', ok);
  app.all('/all/:id', ok);
  app.get('/re/:file(^\\d+).png', ok);
  app.get('/multi/:a-:b', ok);
  app.get('/wild/*', ok);
  app.get('/optional/:maybe?', ok);
  app.get('/callback', (_request, reply) => void reply.code(201).send('ok'));
  app.get('/throws', () => {
    throw new Error('broken');
  });
  app.get('/rejects', async () => {
    throw teapot();
  });
  app.get('/sends', (_request, reply) => void reply.send(teapot()));
  app.get('/valid/:n', { schema: { params: { type: 'object', properties: { n: { type: 'integer' } } } } }, ok);
  app.post('/body', ok);
  app.get('/hijacked', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(203).end('raw');
  });
  app.get('/raw', (_request, reply) => {
    reply.raw.statusCode = 202;
    reply.raw.end('raw');
  });
  app.get('/stream', (_request, reply) => void reply.send(Readable.from(['a', 'b'])));
  app.get('/redirect', (_request, reply) => void reply.redirect('/plain/1'));
  app.get('/versioned', { constraints: { version: '1.0.0' } }, ok);
  app.get('/refused', { onRequest: async (_request, reply) => reply.code(401).send('no') }, ok);
  app.get('/renamed/:id', { config: { metrics: { route: '/named' } } }, ok);
  app.get('/hidden', { config: { metrics: false } }, ok);
  app.register(
    async (child) => {
      child.setNotFoundHandler((_request, reply) => void reply.code(404).send('not here'));
      child.setErrorHandler((_error, _request, reply) => void reply.code(503).send('handled'));
      child.get('/', ok);
      child.get('/in/:x', ok);
      child.get('/throws', async () => {
        throw new Error('broken');
      });
      child.register(async (grandchild) => void grandchild.get('/deep/:d', ok), { prefix: '/nested/:n' });
    },
    { prefix: '/pre/:tenant' },
  );
  return { app, registry };
}

const long = 'x'.repeat(101);
/** Label of each request; a second label if Fastify 5.0 differs. */
const table: [request: string, label: string, in50?: string][] = [
  ['GET /', 'GET / 200'],
  ['GET /plain/alice', 'GET /plain/:id 200'],
  ['GET /plain/bob?x=/y', 'GET /plain/:id 200'],
  ['GET /plain/a%2Fb', 'GET /plain/:id 200'],
  ['HEAD /plain/alice', 'HEAD /plain/:id 200'],
  ['OPTIONS /plain/alice', 'OPTIONS (unmatched) 404'],
  ['POST /plain/alice', 'POST (unmatched) 404'],
  ['PUT /all/1', 'PUT /all/:id 200'],
  ['PROPFIND /all/1', '_OTHER (unmatched) 404'],
  ['MKCOL /nothing', '_OTHER (unmatched) 404'],
  ['GET /nothing/here', 'GET (unmatched) 404'],
  ['GET /before/1', 'GET /before/:id 200'],
  ['GET /earlier/acme/in/1', 'GET /earlier/:tenant/in/:x 200'],
  ['GET /re/12.png', 'GET /re/:file(^\\d+).png 200'],
  ['GET /re/ab.png', 'GET (unmatched) 404'],
  ['GET /multi/1-2', 'GET /multi/:a-:b 200'],
  ['GET /wild/a/b/c', 'GET /wild/* 200'],
  ['GET /optional', 'GET /optional/:maybe? 200'],
  ['GET /optional/1', 'GET /optional/:maybe? 200'],
  ['GET /callback', 'GET /callback 201'],
  ['GET /throws', 'GET /throws 500'],
  ['GET /rejects', 'GET /rejects 418'],
  ['GET /sends', 'GET /sends 418'],
  ['GET /valid/1', 'GET /valid/:n 200'],
  ['GET /valid/one', 'GET /valid/:n 400'],
  ['POST /body', 'POST /body 400'],
  ['POST /nothing', 'POST (unmatched) 400'],
  ['GET /hijacked', 'GET /hijacked 203'],
  ['GET /raw', 'GET /raw 202'],
  ['GET /stream', 'GET /stream 200'],
  ['GET /redirect', 'GET /redirect 302'],
  ['GET /versioned', 'GET (unmatched) 404'],
  ['GET /refused', 'GET /refused 401'],
  ['GET /renamed/1', 'GET /named 200'],
  ['GET /pre/acme', 'GET /pre/:tenant 200'],
  ['GET /pre/acme/', 'GET /pre/:tenant 200', 'GET /pre/:tenant/ 200'],
  ['GET /pre/acme/in/1', 'GET /pre/:tenant/in/:x 200'],
  ['GET /pre/acme/nested/1/deep/2', 'GET /pre/:tenant/nested/:n/deep/:d 200'],
  ['GET /pre/acme/throws', 'GET /pre/:tenant/throws 503'],
  ['GET /pre/acme/nothing', 'GET (unmatched) 404'],
  ['GET /plain/%E0%A4%A', 'GET (unmatched) 400'],
  [`GET /plain/${long}`, 'GET (unmatched) 414', 'GET (unmatched) 404'],
];

describe.each(names)('Fastify %s', (version) => {
  test('records every request under the pattern of its route', async () => {
    const { app, registry } = await largeApplication(version);
    const port = await listen(app);
    const found: [string, string | undefined][] = [];
    for (const [line] of table) {
      const [method = '', path = ''] = line.split(' ');
      const options = {
        method,
        ...(method === 'POST' &&
          path !== '/plain/alice' && {
            body: '{',
            headers: { 'content-type': 'application/json', 'content-length': 1 },
          }),
      };
      found.push([line, await countedAs(registry, () => ask(port, path, options))]);
    }
    await ask(port, '/hidden');

    expect(found).toEqual(table.map(([line, label, in50]) => [line, (version === '5.0' && in50) || label]));
    expect(inFlight(registry)).toBe(0);
    expect(Object.keys(ended(registry)).filter((label) => label.includes('hidden'))).toEqual([]);
    expect(errors(registry)).toBe(0);
  });

  test('records requests of inject()', async () => {
    const { app, registry } = await setUp(version);
    app.get('/plain/:id', ok);

    const responses = [
      await app.inject('/plain/1'),
      await app.inject({ method: 'HEAD', url: '/plain/1' }),
      await app.inject('/nothing'),
    ];
    const scrape = await app.inject('/metrics');

    expect(responses.map(({ statusCode }) => statusCode)).toEqual([200, 200, 404]);
    expect(ended(registry)).toEqual({
      'GET /plain/:id 200': 1,
      'HEAD /plain/:id 200': 1,
      'GET (unmatched) 404': 1,
    });
    expect(scrape.body).toContain(
      'http_request_duration_seconds_count{method="GET",route="/plain/:id",status_code="200"} 1',
    );
    expect(scrape.body).toContain('http_requests_in_flight{method="GET"} 0\n');
  });

  test('counts clients that disconnect, under the route whose handler was running', async () => {
    const { app, registry } = await setUp(version);
    app.get('/never/:x', () => undefined);
    app.get('/late/:x', async () => {
      await delay(50);
      return 'late';
    });
    app.get('/half/:x', (_request, reply) => {
      reply.hijack();
      reply.raw.writeHead(200);
      reply.raw.write('half');
    });
    app.get('/breaks/:x', (_request, reply) => {
      const body = new Readable({ read: () => undefined });
      body.push('half');
      setTimeout(() => body.destroy(new Error('broken')), 20);
      return reply.send(body);
    });
    const port = await listen(app);

    const [never, late, half] = ['/never/1', '/late/1', '/half/1'].map((path) => begin(port, path));
    await once(half!, 'response');
    await eventually(() => expect(inFlight(registry)).toBe(3));
    for (const each of [never, late, half]) each!.destroy();
    await ask(port, '/breaks/1').catch(() => undefined);

    await eventually(() =>
      expect(ended(registry)).toEqual({
        'GET /never/:x 499': 1,
        'GET /late/:x 499': 1,
        'GET /half/:x 200': 1,
        'GET /breaks/:x 200': 1,
      }),
    );
    expect(countsIn(registry).aborts()).toEqual({
      'GET /never/:x before_headers': 1,
      'GET /late/:x before_headers': 1,
      'GET /half/:x mid_response': 1,
      'GET /breaks/:x mid_response': 1,
    });
    expect(inFlight(registry)).toBe(0);
  });

  test('two copies of the package, registered on one instance, count a request once', async () => {
    const { app, registry } = await setUp(version);
    vi.resetModules();
    const second = await import('./index.ts');
    expect(second.httpMetrics).not.toBe(httpMetrics);
    await app.register(second.httpMetrics, { registry });
    app.get('/plain/:id', ok);
    const port = await listen(app);

    for (let i = 0; i < 3; i++) await ask(port, `/plain/${i}`);
    await app.inject('/plain/4');
    const scrape = await ask(port, '/metrics');

    expect(scrape.status).toBe(200);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200': 4 }));
    expect(inFlight(registry)).toBe(0);
  });

  test('a scrape path that the application already serves fails the start', async () => {
    const app = versions[version]();
    onTestFinished(() => app.close());
    app.get('/metrics', ok);

    const registering = app.register(httpMetrics, { registry: new Registry() }).ready();

    await expect(Promise.resolve(registering)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: 'Option "path" must be free; the application already has a route at "/metrics"',
    });
  });
});

describe.each(names)('Fastify %s', (version) => {
  describeRequestEnds('end of a request', async (registry, listener) => {
    const app = versions[version]();
    onTestFinished(() => app.close());
    for (const method of METHODS) {
      if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
    }
    await app.register(httpMetrics, { registry });
    app.all('/route', {
      // Before Fastify reads the body, because the listener reads it.
      onRequest: (request, reply) => {
        reply.hijack();
        listener(request.raw, reply.raw);
      },
      handler: () => undefined,
    });
    await listen(app);
    return app.server;
  });
});

test('a plugin registered on an encapsulated instance measures only that instance and serves the whole path', async () => {
  const registry = new Registry();
  const app = fastify512();
  onTestFinished(() => app.close());
  app.get('/outside', ok);
  app.register(
    async (child) => {
      await child.register(httpMetrics, { registry, path: '/internal/metrics' });
      child.get('/inside/:id', ok);
    },
    { prefix: '/api' },
  );
  const port = await listen(app);

  for (const path of ['/outside', '/api/inside/1', '/nothing']) await ask(port, path);
  const scrape = await ask(port, '/internal/metrics');

  expect(scrape.status).toBe(200);
  await eventually(() => expect(ended(registry)).toEqual({ 'GET /api/inside/:id 200': 1 }));
});

test('a client that disconnects before the onRequest hook is counted once', async () => {
  const registry = new Registry();
  const app = fastify512();
  onTestFinished(() => app.close());
  let leave = () => {};
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const passed = vi.fn();
  app.addHook('onRequest', () => left);
  await app.register(httpMetrics, { registry });
  app.addHook('onRequest', async () => passed());
  app.get('/plain/:id', ok);
  const port = await listen(app);
  const req = begin(port, '/plain/1');
  await eventually(() => expect(inFlight(registry)).toBe(1));

  req.destroy();
  await eventually(() => expect(ended(registry)).toEqual({ 'GET (unmatched) 499': 1 }));
  leave();

  await eventually(() => expect(passed).toHaveBeenCalledTimes(1));
  await delay(20);
  expect(ended(registry)).toEqual({ 'GET (unmatched) 499': 1 });
  expect(inFlight(registry)).toBe(0);
});

test('on a server of instrumentServer, the server measures and the plugin adds the routes', async () => {
  const registry = new Registry();
  const app = fastify512();
  onTestFinished(() => app.close());
  instrumentServer(app.server, { registry, path: false });
  await app.register(httpMetrics, { registry });
  app.get('/plain/:id', ok);
  const port = await listen(app);

  for (const path of ['/plain/1', '/plain/%E0%A4%A']) await ask(port, path);

  await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200': 1, 'GET (unmatched) 400': 1 }));
});

describe('options that cannot be combined fail the start', () => {
  const registry = new Registry();
  const auth = { auth: { bearer: 'secret' } };
  const recording = 'An adapter records these requests already, with other options; this one got another value of';
  const serving = 'An adapter serves "/metrics" already, with other options; this one got another value of';
  const server = 'An adapter records the requests of this server: pass';
  const refused = (message: string) => expect.objectContaining({ code: 'INVALID_OPTION', message });

  test.each<[first: FastifyMetricsOptions, second: FastifyMetricsOptions, message: string | undefined]>([
    [{}, {}, undefined],
    [{ scrape: auth }, {}, undefined],
    [{ skip: ['/a'] }, { skip: ['/b'] }, undefined],
    [{ path: '/a', scrape: auth }, { path: '/b' }, undefined],
    [{ counter: true }, { counter: true }, undefined],
    [{}, { scrape: auth }, `${serving} "scrape"`],
    [{ scrape: auth }, { scrape: { auth: { bearer: 'other' } } }, `${serving} "scrape"`],
    [{ route: () => '/a' }, {}, `${recording} "route"`],
    [{ counter: true, routeLimit: 5 }, { routeLimit: 6 }, `${recording} "counter", "routeLimit"`],
    [{ registry: new Registry() }, {}, `${recording} "registry"`],
  ])('of two registrations: %j, then %j', async (first, second, message) => {
    const app = fastify512();
    onTestFinished(() => app.close());
    for (const options of [first, second]) app.register(httpMetrics, { registry, ...options });

    const ready = Promise.resolve(app.ready());

    await (message === undefined ? ready : expect(ready).rejects.toEqual(refused(message)));
  });

  test.each<[plugin: FastifyMetricsOptions, server: object, message: string | undefined]>([
    [{}, {}, undefined],
    [{ scrape: auth }, {}, undefined],
    [{ counter: true }, { counter: true, skip: ['/a'] }, undefined],
    [{ scrape: auth }, { scrape: { strict: true } }, undefined],
    [{ path: '/internal', scrape: { strict: true } }, { path: '/metrics' }, undefined],
    [{ registry: new Registry() }, {}, undefined],
    [{ scrape: { strict: true } }, { scrape: auth }, `${server} "scrape" to the adapter, not to instrumentServer`],
    [{}, { counter: true }, `${server} "counter" to the adapter, not to instrumentServer`],
    [{ status: 'class' }, { status: 'code' }, `${server} "status" to the adapter, not to instrumentServer`],
  ])('of the plugin and instrumentServer: %j, %j', async (plugin, serverOptions, message) => {
    const [before, after] = [fastify512(), fastify512()];
    onTestFinished(async () => void (await Promise.allSettled([before.close(), after.close()])));
    const isolated = () => ({ registry: plugin.registry ?? new Registry() });
    instrumentServer(before.server, { ...isolated(), ...serverOptions });
    const started = Promise.resolve(before.register(httpMetrics, { ...isolated(), ...plugin }).ready());
    await after.register(httpMetrics, { ...isolated(), ...plugin });
    const instrument = () => instrumentServer(after.server, { ...isolated(), ...serverOptions });

    if (message === undefined) {
      await started;
      instrument();
    } else {
      await expect(started).rejects.toEqual(refused(message));
      expect(instrument).toThrow(refused(message));
    }
  });

  test('of an encapsulated registration whose scrape would be open to everybody', async () => {
    const app = fastify512();
    onTestFinished(() => app.close());
    app.register(httpMetrics, { registry });
    app.register(async (child) => void (await child.register(httpMetrics, { registry, scrape: auth })), {
      prefix: '/a',
    });

    await expect(Promise.resolve(app.ready())).rejects.toEqual(refused(`${serving} "scrape"`));
  });

  test('but other options of an encapsulated registration hold for its requests', async () => {
    const app = fastify512();
    onTestFinished(() => app.close());
    await app.register(httpMetrics, { registry });
    app.register(
      async (child) => {
        await child.register(httpMetrics, { registry, route: () => '/child' });
        child.get('/b', ok);
      },
      { prefix: '/a' },
    );
    app.get('/c', ok);

    for (const path of ['/a/b', '/c']) await app.inject(path);

    expect(ended(registry)).toEqual({ 'GET /child 200': 1, 'GET /c 200': 1 });
  });
});

test('an HTTP/2 server is measured and scraped', async () => {
  const registry = new Registry();
  const app = fastify512({ http2: true });
  onTestFinished(() => app.close());
  await app.register(httpMetrics, { registry });
  app.get('/plain/:id', ok);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const session = connectHttp2(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
  onTestFinished(() => session.destroy());
  const get = async (path: string) => Buffer.concat(await session.request({ ':path': path }).toArray()).toString();

  const bodies = [await get('/plain/1'), await get('/nothing'), await get('/plain/%E0%A4%A')];

  expect(bodies[0]).toBe('ok');
  await eventually(() =>
    expect(ended(registry)).toEqual({
      'GET /plain/:id 200': 1,
      'GET (unmatched) 404': 1,
      'GET (unmatched) 400': 1,
    }),
  );
  expect(await get('/metrics')).toContain('http_requests_in_flight{method="GET"} 0\n');
});

test('records the error type of handlers, and streams by the configuration of their route', async () => {
  const { app, registry } = await setUp('5.12', { convention: 'otel' });
  app.get('/throws', () => {
    throw new RangeError('broken');
  });
  app.get('/feed', { config: { metrics: { stream: true } } }, ok);
  const port = await listen(app);

  for (const path of ['/throws', '/feed']) await ask(port, path);

  await eventually(() =>
    expect(rows(registry, 'http_server_request_duration_seconds').map(({ labels }) => labels)).toEqual([
      { http_request_method: 'GET', http_route: '/throws', http_response_status_code: '500', error_type: 'RangeError' },
      { http_request_method: 'GET', http_route: '/feed', http_response_status_code: '200', error_type: '' },
    ]),
  );
  const families = registry.gatherSync().map(({ name }) => name);
  expect(families.filter((name) => /stream/.test(name)).length).toBeGreaterThan(0);
});

describe('functions among the options of httpMetrics', () => {
  test('receive the request and reply of Fastify, for requests of the server and of inject()', async () => {
    const seen: string[] = [];
    const { app, registry } = await setUp('5.12', {
      skip: (req) => req.routeOptions.url === '/health',
      exemplar: (req) => ({ route: req.routeOptions.url ?? 'none' }),
      route: (req, reply, detected) => {
        seen.push(`${req.routeOptions.url} ${reply.statusCode}`);
        return detected === undefined ? undefined : `/base${detected}`;
      },
      extraLabels: {
        names: ['tenant'],
        values: ({ req }) => ({ tenant: (req.params as { id: string }).id ?? 'none' }),
      },
      skipRecord: ({ req }) => req.routeOptions.url === '/late',
    });
    for (const path of ['/health', '/late', '/plain/:id']) app.get(path, ok);
    const port = await listen(app);

    for (const path of ['/health', '/late', '/plain/7', '/nothing']) {
      await ask(port, path);
      await app.inject(path);
    }

    await eventually(() =>
      expect(ended(registry)).toEqual({ 'GET /base/plain/:id 200 7': 2, 'GET (unmatched) 404 none': 2 }),
    );
    expect(seen).toEqual([
      '/late 200',
      '/late 200',
      '/plain/:id 200',
      '/plain/:id 200',
      'undefined 404',
      'undefined 404',
    ]);
    expect([inFlight(registry), errors(registry)]).toEqual([0, 0]);
  });

  test('are not called for a request that Fastify refuses before its hooks', async () => {
    const never = vi.fn(() => {
      throw new Error('called');
    });
    const { app, registry } = await setUp('5.12', {
      skip: never,
      exemplar: never,
      route: never,
      skipRecord: never,
      extraLabels: { names: ['tenant'], values: never },
    });
    app.get('/plain/:id', ok);
    const port = await listen(app);

    await ask(port, '/plain/%E0%A4%A');

    await eventually(() => expect(ended(registry)).toEqual({ 'GET (unmatched) 400 ': 1 }));
    expect(never).not.toHaveBeenCalled();
    expect(errors(registry)).toBe(0);
  });

  test('may throw: the request is served and recorded, and the errors are counted', async () => {
    const reported: unknown[] = [];
    const fail = () => {
      throw new Error('mine');
    };
    const { app, registry } = await setUp('5.12', {
      skip: fail,
      exemplar: fail,
      route: fail,
      skipRecord: fail,
      extraLabels: { names: ['tenant'], values: () => undefined as never },
      onError: (error) => void reported.push(error),
    });
    app.get('/plain/:id', ok);
    const port = await listen(app);

    const { status } = await ask(port, '/plain/1');

    expect(status).toBe(200);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200 ': 1 }));
    expect(reported).toHaveLength(5);
    expect(errors(registry)).toBe(5);
  });

  test('skip accepts paths, whose requests are not in flight either', async () => {
    const { app, registry } = await setUp('5.12', { skip: ['/health', /^\/internal\//] });
    const during: number[] = [];
    app.get('/health', async () => during.push(inFlight(registry)));
    app.get('/internal/x', ok);
    const port = await listen(app);

    for (const path of ['/health', '/health?x', '/internal/x']) await ask(port, path);
    await app.inject('/health');

    expect(during).toEqual([0, 0, 0]);
    await delay(20);
    expect(ended(registry)).toEqual({});
  });

  test('setRoute in a handler overrides the route', async () => {
    const { app, registry } = await setUp();
    app.get<{ Querystring: { hidden?: string } }>('/graphql', async (req) => {
      setRoute(req, req.query.hidden ? false : '/graphql#users');
      return 'ok';
    });
    const port = await listen(app);

    for (const path of ['/graphql', '/graphql?hidden=1']) await ask(port, path);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /graphql#users 200': 1 }));
  });
});

describeServedMetrics('GET /metrics', async (registry) => {
  const { app } = await setUp('5.12', {}, {}, registry);
  app.get('/plain/:id', ok);
  return listen(app);
});

describe('scrape path', () => {
  async function serveMetrics(options?: FastifyMetricsOptions, serverOptions?: FastifyServerOptions) {
    const { app, registry } = await setUp('5.12', options, serverOptions);
    app.get('/plain/:id', ok);
    return { app, registry };
  }

  test('responds 405 to other methods before reading a body, and records none', async () => {
    const { app, registry } = await serveMetrics();
    const parse = vi.fn();
    app.addHook('preParsing', async () => parse());
    const port = await listen(app);

    const responses = [];
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
      const { status, headers } = await ask(port, '/metrics', { method });
      responses.push([status, headers.allow]);
    }
    // The socket never sends the body.
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n');
    const [first] = await once(socket, 'data');
    socket.destroy();

    expect(responses).toEqual(Array(5).fill([405, 'GET, HEAD']));
    expect(String(first)).toMatch(/^HTTP\/1\.1 405 /);
    expect(parse).not.toHaveBeenCalled();
    expect(ended(registry)).toEqual({});
  });

  test('leaves other methods to a route of the application, and records them', async () => {
    const { app, registry } = await serveMetrics();
    app.post('/metrics', async () => 'mine');
    const port = await listen(app);

    const { body } = await ask(port, '/metrics', { method: 'POST' });

    expect(body.toString()).toBe('mine');
    await eventually(() => expect(ended(registry)).toEqual({ 'POST /metrics 200': 1 }));
  });

  test('hooks of the application may refuse a scrape', async () => {
    const { app, registry } = await serveMetrics();
    app.addHook('onRequest', async (req, reply) => {
      if (req.headers.authorization === undefined) return reply.code(401).send('no');
    });
    const port = await listen(app);

    const statuses = [
      (await ask(port, '/metrics')).status,
      (await ask(port, '/metrics', { headers: { authorization: 'x' } })).status,
    ];

    expect(statuses).toEqual([401, 200]);
    expect(ended(registry)).toEqual({});
  });

  test('is the same in applications with other rules for paths', async () => {
    const { app, registry } = await serveMetrics(
      { path: '/internal/metrics' },
      { exposeHeadRoutes: false, routerOptions: { ignoreTrailingSlash: true, caseSensitive: false } },
    );
    const port = await listen(app);

    const statuses = [];
    for (const path of ['/internal/metrics', '/internal/metrics/', '/Internal/Metrics']) {
      statuses.push((await ask(port, path)).status);
    }
    const head = await ask(port, '/internal/metrics', { method: 'HEAD' });

    expect([...statuses, head.status]).toEqual([200, 200, 200, 200]);
    await delay(20);
    expect(ended(registry)).toEqual({});
  });

  test('path: false leaves /metrics to the application', async () => {
    const { app, registry } = await serveMetrics({ path: false });
    app.get('/metrics', async () => 'mine');
    const port = await listen(app);

    const { body } = await ask(port, '/metrics');

    expect(body.toString()).toBe('mine');
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /metrics 200': 1 }));
  });

  test("a later route of the application at the same path throws Fastify's error", async () => {
    const { app } = await serveMetrics();

    expect(() => app.get('/metrics', ok)).toThrow(expect.objectContaining({ code: 'FST_ERR_DUPLICATED_ROUTE' }));
  });
});

test('the option prefix is the prefix of metric names, not of the scrape path', async () => {
  const { app, registry } = await setUp('5.12', { prefix: 'shop_' });
  app.get('/plain/:id', ok);
  const port = await listen(app);

  await ask(port, '/plain/1');
  const { body } = await ask(port, '/metrics');

  expect(body.toString()).toContain('\nshop_http_request_duration_seconds_count{');
  expect(rows(registry, 'shop_http_request_duration_seconds')).toHaveLength(1);
});

test('records requests to every address of "localhost"', async () => {
  const { app, registry } = await setUp();
  app.get('/plain/:id', ok);
  await app.listen({ port: 0, host: 'localhost' });
  const addresses = app.addresses() as AddressInfo[];

  for (const { address, port } of addresses) await ask(port, '/plain/1', { host: address });

  await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200': addresses.length }));
});

test('httpMetrics adds nothing to the log and removes nothing', async () => {
  const lines: { msg: string }[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const { app } = await setUp('5.12', {}, { logger: { stream } });
  app.get('/plain/:id', ok);

  for (const path of ['/plain/1', '/metrics', '/nothing']) await app.inject(path);

  await eventually(() =>
    expect(lines.map(({ msg }) => msg)).toEqual([
      'incoming request',
      'request completed',
      'incoming request',
      'request completed',
      'incoming request',
      'Route GET:/nothing not found',
      'request completed',
    ]),
  );
});

test('requests of a scanner create no series of their own', async () => {
  const { app, registry } = await setUp();
  app.get('/any/:id', ok);
  const port = await listen(app);
  const methods = ['GET', 'MKCOL', 'PROPFIND', 'REPORT'];

  for (let i = 0; i < 80; i++) {
    await ask(port, i % 4 === 0 ? `/any/${i}` : `/wp-admin-${i}.php`, { method: methods[i % 4]! });
  }

  await eventually(() => expect(ended(registry)).toEqual({ 'GET /any/:id 200': 20, '_OTHER (unmatched) 404': 60 }));
});

test('an invalid option fails the start', async () => {
  const app = fastify512();
  onTestFinished(() => app.close());

  const registering = app.register(httpMetrics, { registry: new Registry(), path: 'metrics' }).ready();

  await expect(Promise.resolve(registering)).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: 'Option "path" must begin with "/" and hold no query; got "metrics"',
  });
});

test.each([
  ['metricsPath', 'use "path"'],
  ['extraLabel', 'did you mean "extraLabels"?'],
  ['registers', 'use "registry"'],
])('httpMetrics refuses the unknown option %s', async (option, advice) => {
  const app = fastify512();
  onTestFinished(() => app.close());
  app.register(httpMetrics, { registry: new Registry(), [option]: undefined });

  await expect(app.ready()).rejects.toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: `HTTP instrumentation has no option "${option}"; ${advice}`,
    }),
  );
});
