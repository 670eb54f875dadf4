import { once } from 'node:events';
import { createServer, METHODS } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import Router15 from '@koa/router';
import { setRoute } from '@promwright/http';
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
import Koa3 from 'koa';
import mount from 'koa-mount';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { httpMetrics, type KoaMetricsOptions } from './index.ts';

const require = createRequire(import.meta.url);
const koas = { '2.16': require('koa-2') as typeof Koa3, '3.3': Koa3 };
const routers = {
  '12': require('router-12') as typeof Router15,
  '13': require('router-13') as typeof Router15,
  '15': Router15,
};

/** Versions of Koa, each with a version of the router that supports it. */
const versions = [
  ['2.16', '12'],
  ['2.16', '13'],
  ['2.16', '15'],
  ['3.3', '15'],
] as const;
type KoaVersion = keyof typeof koas;

function setUp<L extends string = never>(
  version: KoaVersion = '3.3',
  options: KoaMetricsOptions<L> = {},
  registry = new Registry(),
) {
  const app = new koas[version]();
  // Otherwise Koa prints errors.
  app.silent = true;
  app.use(httpMetrics({ registry, ...options }));
  return { app, registry };
}

async function listen(server: { listen(port: number, host: string): ReturnType<typeof createServer> }) {
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => {
    listening.closeAllConnections?.();
    listening.close();
  });
  return (listening.address() as AddressInfo).port;
}

const ok = (ctx: { body: unknown }) => {
  ctx.body = 'ok';
};
const fail = (): never => {
  throw new Error('broken');
};

/** Creates an application with every kind of route. */
function largeApplication(koa: KoaVersion, routerVersion: keyof typeof routers) {
  const { app, registry } = setUp(koa);
  const Router = routers[routerVersion];
  const router = new Router();
  router.get('/', ok);
  router.get('/plain/:id', ok);
  router.all('/all/:id', ok);
  router.get(/^\/regex\/(\d+)$/, ok);
  router.get(['/array/a', '/array/:x'], ok);
  router.get('/two/:a', (_ctx, next) => next());
  router.get('/two/:b', ok);
  router.get('/pass/:x', (_ctx, next) => next());
  router.get('/sync', fail);
  router.get('/async', async () => fail());
  router.get('/teapot', (ctx) => ctx.throw(418));
  router.get('/exposed', () => {
    throw Object.assign(new Error('gone'), { status: 410 });
  });
  router.get('/missing/:id', (ctx) => void ctx.throw(404));
  router.get('/empty', (ctx) => {
    ctx.status = 204;
  });
  router.get('/redirect', (ctx) => void ctx.redirect('/plain/1'));
  router.get('/stream', (ctx) => {
    ctx.body = Readable.from(['a', 'b']);
  });
  router.get('/raw', (ctx) => {
    ctx.respond = false;
    ctx.res.writeHead(203).end('raw');
  });
  const items = new Router();
  items.use('/guarded', (ctx) => {
    ctx.status = 401;
  });
  items.get('/item/:iid', ok);
  items.get('/broken', fail);
  router.use('/api/:ver', items.routes());
  const prefixed = new Router({ prefix: '/p/:tenant' });
  prefixed.use('/org/:org', items.routes());
  prefixed.get('/own', ok);
  app.use(async (ctx, next) => {
    if (ctx.path === '/middleware') ctx.body = 'ok';
    else await next();
  });
  app.use(router.routes()).use(router.allowedMethods());
  app.use(prefixed.routes());
  return { app, registry };
}

/** Label of each request. */
const table: [request: string, label: string][] = [
  ['GET /', 'GET / 200'],
  ['GET /plain/alice', 'GET /plain/:id 200'],
  ['GET /plain/bob?x=/y', 'GET /plain/:id 200'],
  ['GET /plain/a%2Fb', 'GET /plain/:id 200'],
  ['HEAD /plain/alice', 'HEAD /plain/:id 200'],
  ['OPTIONS /plain/alice', 'OPTIONS /plain/:id 200'],
  ['POST /plain/alice', 'POST /plain/:id 405'],
  ['SEARCH /plain/alice', '_OTHER /plain/:id 501'],
  ['PUT /all/1', 'PUT /all/:id 200'],
  ['GET /regex/12', 'GET /^\\/regex\\/(\\d+)$/ 200'],
  ['GET /array/a', 'GET /array/a 200'],
  ['GET /array/z', 'GET /array/:x 200'],
  ['GET /two/1', 'GET /two/:b 200'],
  ['GET /pass/1', 'GET /pass/:x 404'],
  ['GET /sync', 'GET /sync 500'],
  ['GET /async', 'GET /async 500'],
  ['GET /teapot', 'GET /teapot 418'],
  ['GET /exposed', 'GET /exposed 410'],
  ['GET /missing/1', 'GET /missing/:id 404'],
  ['GET /empty', 'GET /empty 204'],
  ['GET /redirect', 'GET /redirect 302'],
  ['GET /stream', 'GET /stream 200'],
  ['GET /raw', 'GET /raw 203'],
  ['GET /api/v1/item/9', 'GET /api/:ver/item/:iid 200'],
  ['GET /api/v1/broken', 'GET /api/:ver/broken 500'],
  ['GET /api/v1/guarded', 'GET (unmatched) 404'],
  ['POST /api/v1/item/9', 'POST /api/:ver/item/:iid 405'],
  ['GET /p/acme/org/o1/item/9', 'GET /p/:tenant/org/:org/item/:iid 200'],
  ['GET /p/acme/own', 'GET /p/:tenant/own 200'],
  ['POST /p/acme/own', 'POST /p/:tenant/own 405'],
  ['OPTIONS /nothing', 'OPTIONS (unmatched) 404'],
  ['GET /nothing/here', 'GET (unmatched) 404'],
  ['GET /middleware', 'GET (unmatched) 200'],
  ['GET /plain/%E0%A4%A', 'GET /plain/:id 200'],
];

describe.each(versions)('Koa %s with @koa/router %s', (koa, router) => {
  test('records every request under the template of its route', async () => {
    const { app, registry } = largeApplication(koa, router);
    const port = await listen(app);
    const found: [string, string | undefined][] = [];
    for (const [line] of table) {
      const [method = '', path = ''] = line.split(' ');
      found.push([line, await countedAs(registry, () => ask(port, path, { method }))]);
    }

    expect(found).toEqual(table);
    expect([inFlight(registry), errors(registry)]).toEqual([0, 0]);
  });
});

describe.each(Object.keys(koas) as KoaVersion[])('Koa %s', (koa) => {
  test('counts clients that disconnect, under the route whose handler was running', async () => {
    const { app, registry } = setUp(koa);
    const router = new Router15();
    router.get('/never/:x', () => new Promise(() => undefined));
    router.get('/late/:x', async (ctx) => {
      await delay(50);
      ctx.body = 'late';
    });
    router.get('/half/:x', (ctx) => {
      const body = new Readable({ read: () => undefined });
      body.push('half');
      ctx.body = body;
    });
    router.get('/breaks/:x', (ctx) => {
      const body = new Readable({ read: () => undefined });
      body.push('half');
      setTimeout(() => body.destroy(new Error('broken')), 20);
      ctx.body = body;
    });
    app.use(router.routes());
    const port = await listen(app);

    // Koa 2 leaves the response open until the client disconnects.
    const failed = once(app, 'error');
    const breaks = begin(port, '/breaks/1');
    await failed;
    breaks.destroy();
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /breaks/:x 200': 1 }));
    const [never, late, half] = ['/never/1', '/late/1', '/half/1'].map((path) => begin(port, path));
    await once(half!, 'response');
    await eventually(() => expect(inFlight(registry)).toBe(3));
    for (const each of [never, late, half]) each!.destroy();

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

  test('passes errors of the application on unchanged and records their type', async () => {
    const registry = new Registry();
    const app = new koas[koa]();
    const error = new RangeError('broken');
    const seen: unknown[] = [];
    app.on('error', (each) => seen.push(each));
    app.use(async (_ctx, next) => {
      await next().catch((each: unknown) => {
        seen.push(each);
        throw each;
      });
    });
    app.use(httpMetrics({ registry, convention: 'otel' }));
    app.use(() => {
      throw error;
    });
    const port = await listen(app);

    const { status } = await ask(port, '/');

    expect(status).toBe(500);
    expect(seen).toEqual([error, error]);
    await eventually(() =>
      expect(rows(registry, 'http_server_request_duration_seconds').map(({ labels }) => labels)).toEqual([
        { http_request_method: 'GET', http_route: '', http_response_status_code: '500', error_type: 'RangeError' },
      ]),
    );
  });

  test('without allowedMethods a request with another method is unmatched', async () => {
    const { app, registry } = setUp(koa);
    app.use(new Router15().get('/plain/:id', ok).routes());
    const port = await listen(app);

    for (const method of ['POST', 'OPTIONS']) await ask(port, '/plain/1', { method });

    await eventually(() =>
      expect(ended(registry)).toEqual({ 'POST (unmatched) 404': 1, 'OPTIONS (unmatched) 404': 1 }),
    );
  });

  test.each<[part: string, path: string, label: string]>([
    ['a body', '/body/1', 'GET /body/:id 200'],
    ['an empty body', '/empty/1', 'GET /empty/:id 204'],
    ['a status', '/status/1', 'GET /status/:id 202'],
    ['a raw response', '/raw/1', 'GET /raw/:id 203'],
    ['a body that a later route replaces', '/replaced/1', 'GET /^\\/replaced/ 200'],
    ['an error of a later route', '/broken/1', 'GET /^\\/broken/ 500'],
  ])('a route that set %s and calls next() keeps the request, unless a later route answers', async (_, path, label) => {
    const { app, registry } = setUp(koa);
    const first = new Router15();
    first.get('/body/:id', (ctx, next) => {
      ctx.body = 'mine';
      return next();
    });
    first.get('/empty/:id', (ctx, next) => {
      ctx.status = 204;
      return next();
    });
    first.get('/status/:id', (ctx, next) => {
      ctx.status = 202;
      return next();
    });
    first.get('/raw/:id', (ctx, next) => {
      ctx.respond = false;
      ctx.res.writeHead(203).end('raw');
      return next();
    });
    for (const pattern of ['/replaced/:id', '/broken/:id']) {
      first.get(pattern, (ctx, next) => {
        ctx.body = 'mine';
        return next();
      });
    }
    const second = new Router15();
    second.get('/{*any}', (_ctx, next) => next());
    second.get(/^\/replaced/, ok);
    second.get(/^\/broken/, fail);
    app.use(first.routes()).use(second.routes());
    const port = await listen(app);

    await ask(port, path);

    await eventually(() => expect(ended(registry)).toEqual({ [label]: 1 }));
  });

  test('the route of the router that ran last counts, here after next()', async () => {
    const { app, registry } = setUp(koa);
    app.use(new Router15().get('/users/:id', (_ctx, next) => next()).routes());
    app.use(new Router15().get('/{*any}', ok).routes());
    const port = await listen(app);

    await ask(port, '/users/1');

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /{*any} 200': 1 }));
  });

  test('an HTTP/2 server is measured and scraped', async () => {
    const { app, registry } = setUp(koa);
    app.use(new Router15().get('/plain/:id', ok).routes());
    const port = await listen(createHttp2Server(app.callback()) as never);
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const get = async (path: string) => Buffer.concat(await session.request({ ':path': path }).toArray()).toString();

    const bodies = [await get('/plain/1'), await get('/nothing')];

    expect(bodies[0]).toBe('ok');
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200': 1, 'GET (unmatched) 404': 1 }));
    expect(await get('/metrics')).toContain('http_requests_in_flight{method="GET"} 0\n');
  });

  test('two copies of the package in one application count a request once', async () => {
    const { app, registry } = setUp(koa);
    vi.resetModules();
    const second = await import('./index.ts');
    expect(second.httpMetrics).not.toBe(httpMetrics);
    app.use(second.httpMetrics({ registry }));
    app.use(new Router15().get('/plain/:id', ok).routes());
    const port = await listen(app);

    for (let i = 0; i < 3; i++) await ask(port, `/plain/${i}`);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200': 3 }));
    expect(inFlight(registry)).toBe(0);
  });

  test('inside a mount, options and scrape path refer to whole paths', async () => {
    const registry = new Registry();
    const app = new koas[koa]();
    const internal = new koas[koa]();
    internal.use(httpMetrics({ registry, path: '/internal/metrics', skip: ['/internal/health'] }));
    internal.use(new Router15().get('/page/:n', ok).get('/health', ok).get('/metrics', ok).routes());
    app.use(mount('/internal', internal));
    app.use((ctx) => {
      ctx.body = 'mine';
    });
    const port = await listen(app);

    const scrape = await ask(port, '/internal/metrics?name[]=http_instrumentation_errors_total');
    const own = await ask(port, '/metrics');
    for (const path of ['/internal/page/1', '/internal/health']) await ask(port, path);

    expect(scrape.body.toString()).toMatch(/^# HELP http_instrumentation_errors_total .*\n.*\n.* 0\n$/);
    expect(own.body.toString()).toBe('mine');
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /page/:n 200': 1 }));
    await delay(20);
    expect(ended(registry)).toEqual({ 'GET /page/:n 200': 1 });
  });
});

describe.each(Object.keys(koas) as KoaVersion[])('Koa %s', (koa) => {
  describeRequestEnds('end of a request', async (registry, listener) => {
    const app = new koas[koa]();
    app.silent = true;
    app.use(httpMetrics({ registry }));
    app.use(
      new Router15({ methods: METHODS })
        .all('/route', (ctx) => {
          ctx.respond = false;
          // The initial status of Koa is 404.
          ctx.res.statusCode = 200;
          listener(ctx.req, ctx.res);
        })
        .routes(),
    );
    const server = createServer(app.callback());
    await listen(server);
    return server;
  });
});

describe('functions among the options of httpMetrics', () => {
  test('receive the context and the response of Koa', async () => {
    const { app, registry } = setUp('3.3', {
      skip: (ctx) => ctx.path === '/health',
      exemplar: (ctx) => ({ path: ctx.path }),
      route: (ctx, response, detected) => detected && `${detected} ${ctx.state.plan} ${response.status}`,
      extraLabels: { names: ['tenant'], values: ({ req, res }) => ({ tenant: `${req.state.tenant} ${res.type}` }) },
      skipRecord: ({ req }) => req.path === '/late',
    });
    app.use((ctx, next) => {
      Object.assign(ctx.state, { tenant: 'acme', plan: 'free' });
      return next();
    });
    app.use(new Router15().get(['/health', '/late', '/plain/:id'], ok).routes());
    const port = await listen(app);

    for (const path of ['/health', '/late', '/plain/1']) await ask(port, path);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id free 200 200 acme text/plain': 1 }));
    expect([inFlight(registry), errors(registry)]).toEqual([0, 0]);
  });

  test('may throw: the request is served and recorded, and the errors are counted', async () => {
    const reported: unknown[] = [];
    const { app, registry } = setUp('3.3', {
      skip: fail,
      exemplar: fail,
      route: fail,
      skipRecord: fail,
      extraLabels: { names: ['tenant'], values: () => undefined as never },
      onError: (error) => void reported.push(error),
    });
    app.use(new Router15().get('/plain/:id', ok).routes());
    const port = await listen(app);

    const { status } = await ask(port, '/plain/1');

    expect(status).toBe(200);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200 ': 1 }));
    expect(reported).toHaveLength(5);
    expect(errors(registry)).toBe(5);
  });

  test('a route that cannot be read counts as an error of the instrumentation, and the application responds', async () => {
    const { app, registry } = setUp();
    app.use((ctx) => {
      Object.defineProperty(ctx, '_matchedRoute', { get: fail });
      ctx.body = 'ok';
    });
    const port = await listen(app);

    const { status } = await ask(port, '/');

    expect(status).toBe(200);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET (unmatched) 200': 1 }));
    expect(errors(registry)).toBe(1);
  });

  test('setRoute in a handler overrides the route', async () => {
    const { app, registry } = setUp();
    app.use(
      new Router15()
        .get('/graphql', (ctx) => {
          setRoute(ctx, ctx.query.hidden ? false : '/graphql#users');
          ctx.body = 'ok';
        })
        .routes(),
    );
    const port = await listen(app);

    for (const path of ['/graphql', '/graphql?hidden=1']) await ask(port, path);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /graphql#users 200': 1 }));
  });
});

async function serveMetrics(koa: KoaVersion, options?: KoaMetricsOptions, registry = new Registry()) {
  const { app } = setUp(koa, options, registry);
  app.use(new Router15().get('/plain/:id', ok).routes());
  return { registry, port: await listen(app) };
}

describe.each(Object.keys(koas) as KoaVersion[])('scrape path of Koa %s', (koa) => {
  describeServedMetrics('GET /metrics', async (registry) => (await serveMetrics(koa, {}, registry)).port);

  test('responds 405 to other methods and does not record them', async () => {
    const { registry, port } = await serveMetrics(koa);

    const { status, headers } = await ask(port, '/metrics', { method: 'POST' });

    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    await delay(20);
    expect(ended(registry)).toEqual({});
  });

  test('path: false leaves /metrics to the application', async () => {
    const { registry, port } = await serveMetrics(koa, { path: false });

    const { status } = await ask(port, '/metrics');

    expect(status).toBe(404);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET (unmatched) 404': 1 }));
  });
});

test('requests of a scanner create no series of their own', async () => {
  const { app, registry } = setUp();
  app.use(new Router15().all('/any/:id', ok).routes());
  const port = await listen(app);
  const methods = ['GET', 'MKCOL', 'PROPFIND', 'REPORT'];

  for (let i = 0; i < 80; i++) {
    await ask(port, i % 4 === 0 ? `/any/${i}` : `/wp-admin-${i}.php`, { method: methods[i % 4]! });
  }

  await eventually(() => expect(ended(registry)).toEqual({ 'GET /any/:id 200': 20, '_OTHER (unmatched) 404': 60 }));
});

test('httpMetrics throws for an invalid option', () => {
  const create = () => httpMetrics({ registry: new Registry(), path: 'metrics' });

  expect(create).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: 'Option "path" must begin with "/" and hold no query; got "metrics"',
    }),
  );
});

test.each([
  ['metricsPath', 'use "path"'],
  ['extraLabel', 'did you mean "extraLabels"?'],
  ['registers', 'use "registry"'],
])('httpMetrics refuses the unknown option %s', (option, advice) => {
  const create = () => httpMetrics({ registry: new Registry(), [option]: undefined });

  expect(create).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: `HTTP instrumentation has no option "${option}"; ${advice}`,
    }),
  );
});
