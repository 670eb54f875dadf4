import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpMetrics, setRoute } from '@promwright/http';
import { Registry } from '@promwright/metrics';
import {
  ask,
  begin,
  countedAs,
  describeRequestEnds,
  describeServedMetrics,
  ended,
  eventually,
  listening,
  rows,
} from '@tooling/http-scenarios';
import express53, { type Express, type NextFunction, type Request, type Response, type Router } from 'express';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type ExpressMetricsOptions, httpMetrics } from './http-metrics.ts';
import { metricsMiddleware } from './metrics-middleware.ts';
import { RouteTracker } from './route-tracker.ts';
import { unobserveRouters } from './router-channel.ts';

const require = createRequire(import.meta.url);
type RouterFactory = (options?: { mergeParams?: boolean }) => Router;

/** Versions of Express, each with a router, set explicitly: npm installs the newest router 2.x for an old Express. */
const versions = {
  '4.21': { express: require('express-4') as typeof express53, router: require('express-4').Router as RouterFactory },
  '5.0 with router 2.0': {
    express: require('express-5.0') as typeof express53,
    router: require('router-2.0') as RouterFactory,
  },
  '5.1 with router 2.2': {
    express: require('express-5.1') as typeof express53,
    router: require('router-2.2') as RouterFactory,
  },
  '5.2 with router 2.2': {
    express: require('express-5.2') as typeof express53,
    router: require('router-2.2') as RouterFactory,
  },
  '5.3': { express: express53, router: express53.Router as RouterFactory },
  '5.3 without the router channel': { express: express53, router: express53.Router as RouterFactory },
};
type Version = keyof typeof versions;
const names = Object.keys(versions) as Version[];

/** Translates a pattern of Express 5 for another version. */
function pattern(version: Version, text: string): string {
  return version === '4.21' ? text.replace(/\{\/(:\w+)\}/g, '/$1?').replaceAll('*path', '*') : text;
}

/** Source of the routes. */
const method = (version: Version) => (version === '5.3' ? 'channel' : 'accessors');

/** True if the layers of the version tell the patterns of mounts. */
const tellsPatterns = (version: Version) => version === '4.21' || version.startsWith('5.3');

function setUp(version: Version, options: ExpressMetricsOptions = {}, registry = new Registry()) {
  const { express, router } = versions[version];
  const create = (): Express => {
    const app = express();
    // Otherwise Express prints errors that reach the final handler.
    app.set('env', 'test');
    if (version !== '4.21') Object.defineProperty(app, 'router', { value: router() });
    return app;
  };
  const withoutChannel = version.endsWith('without the router channel');
  const middleware = withoutChannel
    ? metricsMiddleware(new HttpMetrics<Request, Response>({ registry, ...options }))
    : httpMetrics({ registry, ...options });
  return { create, router, registry, middleware, express };
}

function listen(app: Express): Promise<number> {
  return listening(createServer(app));
}

const ok = (_: Request, res: Response) => void res.send('ok');
const pass = (_req: Request, _res: Response, next: NextFunction) => next();
const fail = (): never => {
  throw new Error('broken');
};

afterEach(() => {
  unobserveRouters();
});

/** Creates an application with every kind of mount and route. */
function largeApplication(version: Version) {
  const { create, router, registry, middleware, express } = setUp(version);
  const own = (text: string) => pattern(version, text);
  const app = create();
  app.use(middleware);
  app.use(pass);

  const items = router();
  items.get('/item/:iid', ok);
  items.get('/', ok);
  items.get('/sync', fail);
  // Express 4 accepts no promises.
  items.get('/async', (_req, _res, next) => void Promise.reject(new Error('late')).catch(next));
  items.get('/next', (_req, _res, next) => next(new Error('passed on')));
  items.get('/late/:x', async (_, res) => {
    await delay(5);
    res.send('late');
  });
  items.use('/guarded/:what', (_, res) => void res.status(401).send('no'));
  items.use((req, res, next) => (req.path === '/denied' ? void res.status(403).send('no') : next()));
  const merging = router({ mergeParams: true });
  merging.get('/item/:iid', (req, res) => void res.send(req.params));
  merging.use('/deep/:d', items);
  const organizations = router();
  organizations.use('/org/:org', items);
  organizations.use('/merged/:org', merging);

  app.use('/api/:ver', organizations);
  app.use('/v:maj.:min', items);
  app.use(['/m1', '/m2/:q'], items);
  app.use(/^\/rx\d+/, items);
  app.use(own('/opt{/:lang}'), items);
  app.use('/slash/', items);
  app.use(own('/files/*path'), pass);
  app.use('/a/:x', items);
  app.use('/a/b/c', items);
  app.use('/static', express.static(import.meta.dirname));
  const sub = create();
  sub.get('/page/:p', ok);
  sub.use('/inner', items);
  app.use('/sub/:s', sub);

  app.get('/plain/:id', ok);
  app.all('/all/:id', pass, ok);
  app.route('/chained/:id').get(pass, pass, ok).post(ok);
  app.get(['/arr/a', '/arr/:x'], ok);
  app.get(/^\/regex\/(\d+)$/, ok);
  app.get(own('/wild/*path'), ok);
  app.get(own('/maybe{/:a}'), ok);
  app.get('/two/:a', pass);
  app.get('/two/:b', ok);
  app.get('/fall/:z', pass);
  app.get('/skip/:z', (_req, _res, next) => next('route'));
  app.get('/body/:z', (_, res, next) => {
    res.send('answered');
    next();
  });
  app.param('checked', (_req, _res, next, value) => (value === 'bad' ? next(new Error('bad')) : next()));
  app.get('/param/:checked', ok);
  app.get('/root-error/:x', fail);
  app.use('/handled', (error: Error, _req: Request, _res: Response, next: NextFunction) => next(error));
  app.use((error: Error & { status?: number }, _req: Request, res: Response, _next: NextFunction) => {
    res.status(error.status ?? 500).send('handled');
  });
  return { app, registry };
}

/** Label of each request; a second label for routers whose layers do not tell their patterns. */
const table: [request: string, label: string, withoutPatterns?: string][] = [
  ['GET /plain/alice', 'GET /plain/:id 200'],
  ['GET /plain/bob?x=/y', 'GET /plain/:id 200'],
  ['GET /PLAIN/alice/', 'GET /plain/:id 200'],
  ['HEAD /plain/alice', 'HEAD /plain/:id 200'],
  ['OPTIONS /plain/alice', 'OPTIONS (middleware) 200'],
  ['POST /plain/alice', 'POST (unmatched) 404'],
  ['PUT /all/1', 'PUT /all/:id 200'],
  ['PROPFIND /all/1', '_OTHER /all/:id 200'],
  ['GET /chained/1', 'GET /chained/:id 200'],
  ['POST /chained/1', 'POST /chained/:id 200'],
  ['GET /nothing/here', 'GET (unmatched) 404'],
  ['GET /', 'GET (unmatched) 404'],
  ['GET /plain/%E0%A4%A', 'GET (middleware) 400'],
  ['GET /api/v1/org/acme/item/9', 'GET /api/:ver/org/:org/item/:iid 200'],
  ['GET /api/v2/org/v1/item/v1', 'GET /api/:ver/org/:org/item/:iid 200'],
  ['GET /api/org/org/org/item/org', 'GET /api/:ver/org/:org/item/:iid 200'],
  ['GET /api/v1/org/a%2Fb/item/c%2Fd', 'GET /api/:ver/org/:org/item/:iid 200'],
  ['GET /api/v1/org/acme', 'GET /api/:ver/org/:org/ 200'],
  ['GET /api/v1/org/acme/late/1', 'GET /api/:ver/org/:org/late/:x 200'],
  ['GET /api/v1/org/acme/nothing', 'GET (unmatched) 404'],
  ['GET /api/v1/org/acme/denied', 'GET /api/:ver/org/:org/* 403'],
  ['GET /api/v1/org/acme/guarded/door/knob', 'GET /api/:ver/org/:org/guarded/:what/* 401'],
  ['OPTIONS /api/v1/org/acme/item/9', 'OPTIONS /api/:ver/org/:org/* 200'],
  ['GET /api/v1/merged/acme/item/9', 'GET /api/:ver/merged/:org/item/:iid 200'],
  ['GET /api/v1/merged/acme/deep/7/item/9', 'GET /api/:ver/merged/:org/deep/:d/item/:iid 200'],
  ['GET /api/v1/merged/v1/deep/v1/item/v1', 'GET /api/:ver/merged/:org/deep/:d/item/:iid 200'],
  ['GET /api/v1/org/acme/sync', 'GET /api/:ver/org/:org/sync 500'],
  ['GET /api/v1/org/acme/async', 'GET /api/:ver/org/:org/async 500'],
  ['GET /api/v1/org/acme/next', 'GET /api/:ver/org/:org/next 500'],
  ['GET /root-error/1', 'GET /root-error/:x 500'],
  ['GET /v1.2/item/9', 'GET /v:maj.:min/item/:iid 200'],
  ['GET /m1/item/9', 'GET /m1/item/:iid 200'],
  ['GET /m2/k/item/9', 'GET /m2/:q/item/:iid 200'],
  ['GET /rx12/item/9', 'GET /^\\/rx\\d+//item/:iid 200', 'GET /*/item/:iid 200'],
  ['GET /opt', 'GET /opt{/:lang}/ 200', 'GET /opt/ 200'],
  ['GET /opt/en/item/9', 'GET /opt{/:lang}/item/:iid 200', 'GET /opt/:lang/item/:iid 200'],
  ['GET /slash/item/9', 'GET /slash/item/:iid 200'],
  ['GET /files/a/b/c', 'GET (unmatched) 404'],
  ['GET /a/b/item/9', 'GET /a/:x/item/:iid 200'],
  ['GET /a/b/c/item/9', 'GET /a/b/c/item/:iid 200'],
  ['GET /static/index.ts', 'GET /static/* 200'],
  ['GET /static/nothing.ts', 'GET (unmatched) 404'],
  ['GET /sub/s1/page/2', 'GET /sub/:s/page/:p 200'],
  ['GET /sub/s1/inner/item/2', 'GET /sub/:s/inner/item/:iid 200'],
  ['GET /sub/s1/inner/sync', 'GET /sub/:s/inner/sync 500'],
  ['GET /arr/a', 'GET /arr/a 200'],
  ['GET /arr/q', 'GET /arr/:x 200'],
  ['GET /regex/12', 'GET /^\\/regex\\/(\\d+)$/ 200'],
  ['GET /wild/x/y/z', 'GET /wild/*path 200'],
  ['GET /wild/wild', 'GET /wild/*path 200'],
  ['GET /maybe', 'GET /maybe{/:a} 200'],
  ['GET /maybe/so', 'GET /maybe{/:a} 200'],
  ['GET /two/1', 'GET /two/:b 200'],
  ['GET /fall/1', 'GET (unmatched) 404'],
  ['GET /skip/1', 'GET (unmatched) 404'],
  ['GET /body/1', 'GET /body/:z 200'],
  ['GET /param/good', 'GET /param/:checked 200'],
  ['GET /param/bad', 'GET /param/:checked 500'],
];

describe.each(names)('Express %s', (version) => {
  test('records every request under its template', async () => {
    const { app, registry } = largeApplication(version);
    const port = await listen(app);
    const found: [string, string | undefined][] = [];
    for (const [line] of table) {
      const [verb = '', path = ''] = line.split(' ');
      found.push([line, await countedAs(registry, () => ask(port, path, { method: verb }))]);
    }

    const expected = table.map(([line, label, withoutPatterns]) => [
      line,
      pattern(version, tellsPatterns(version) ? label : (withoutPatterns ?? label)),
    ]);
    expect(found).toEqual(expected);
  });

  test.each<[request: string, label: string, byAccessors?: string]>([
    ['GET /route/1', 'GET /route/:id 500'],
    ['GET /nested/1/route', 'GET /nested/:n/route 500'],
    ['GET /missing/1', 'GET /missing/:id 404', 'GET (unmatched) 404'],
    ['GET /teapot/1', 'GET /teapot/:id 418'],
    ['GET /route/%E0%A4%A', 'GET (unmatched) 400'],
    ['GET /middleware', 'GET (unmatched) 500'],
  ])('records a request whose error reaches the final handler: %s', async (line, label, byAccessors) => {
    const { create, router, registry, middleware } = setUp(version);
    const app = create();
    const nested = router();
    nested.get('/route', fail);
    app.use(middleware);
    app.use('/nested/:n', nested);
    app.get('/route/:id', fail);
    app.get('/missing/:id', (_req, _res, next) => next(Object.assign(new Error('missing'), { status: 404 })));
    app.get('/teapot/:id', (_req, _res, next) => next(Object.assign(new Error('teapot'), { status: 418 })));
    app.use('/middleware', fail);
    const port = await listen(app);
    const [verb = '', path = ''] = line.split(' ');

    await ask(port, path, { method: verb });

    const expected = method(version) === 'accessors' ? (byAccessors ?? label) : label;
    await eventually(() => expect(ended(registry)).toEqual({ [expected]: 1 }));
  });

  test.each<[request: string, label: string, byAccessors?: string]>([
    ['GET /fall/1', 'GET /fall/:z 404'],
    ['GET /fall/below/2', 'GET /fall/below/* 404'],
    ['GET /nothing', 'GET (middleware) 404'],
  ])('records a request that the last middleware answers: %s', async (line, label, byAccessors) => {
    const { create, registry, middleware } = setUp(version);
    const app = create();
    app.use(middleware);
    app.get(version === '4.21' ? '/fall*' : '/fall{/*z}', pass);
    app.get('/fall/:z', pass);
    app.use('/fall/below', (_, res) => void res.status(404).send('not below'));
    app.use((_, res) => void res.status(404).send('nowhere'));
    const port = await listen(app);
    const [verb = '', path = ''] = line.split(' ');

    await ask(port, path, { method: verb });

    const expected = method(version) === 'accessors' ? (byAccessors ?? label) : label;
    await eventually(() => expect(ended(registry)).toEqual({ [expected]: 1 }));
  });

  test.each([
    // A route that answered, before later handlers run.
    ['GET /res/1', 'GET /res/:id 200'],
    // A common middleware that answers for a route.
    ['GET /late/1', 'GET /late/:id 200'],
    ['GET /nested/n/late/1', 'GET /nested/:n/late/:id 200'],
    // A mount that answered, before a route matches, or nothing does.
    ['GET /auth/1', 'GET /auth/* 401'],
    ['GET /auth/1/other', 'GET /auth/* 401'],
    ['GET /nested/n/auth/1', 'GET /nested/:n/auth/* 401'],
    // Middleware that answered, before a route matches, or nothing does.
    ['GET /res/1?early', 'GET (middleware) 202'],
    ['GET /nothing?early', 'GET (middleware) 202'],
    ['GET /failed/1', 'GET /failed/:id 201'],
  ])('records the handler that answered, also if it calls next(): %s', async (line, label) => {
    const { create, router, registry, middleware } = setUp(version);
    const app = create();
    const answerLate = (_: Request, res: Response, next: NextFunction) => {
      if (!res.headersSent && res.locals.body) res.send(res.locals.body);
      else next();
    };
    const routes = router();
    routes.use('/auth', (_, res, next) => {
      res.status(401).end();
      next();
    });
    routes.get('/auth/:id', () => undefined);
    routes.get('/res/:id', (_, res, next) => {
      res.json({});
      next();
    });
    routes.get('/late/:id', (_, res, next) => {
      res.locals.body = 'late';
      next();
    });
    routes.get('/failed/:id', (_, res, next) => {
      res.status(201).end();
      next(new Error('after the response'));
    });
    app.use(middleware);
    app.use((req, res, next) => {
      if (req.query.early !== undefined) res.status(202).end();
      next();
    });
    app.use(routes);
    app.use('/nested/:n', routes);
    app.use(answerLate);
    app.use('/failed', (_error: Error, _req: Request, _res: Response, _next: NextFunction) => undefined);
    const port = await listen(app);
    const [verb = '', path = ''] = line.split(' ');

    await ask(port, path, { method: verb });

    await eventually(() => expect(ended(registry)).toEqual({ [label]: 1 }));
  });

  test('leaves baseUrl, route, url and params of the request unchanged', async () => {
    const { create, router, middleware } = setUp(version);
    const seen: unknown[] = [];
    const look = (req: Request, _res: Response, next: NextFunction) => {
      seen.push([req.baseUrl, req.route?.path, req.url, req.params]);
      next();
    };
    const app = create();
    const nested = router();
    nested.use(look);
    nested.get('/item/:iid', look);
    app.use(middleware);
    app.use(look);
    app.use('/api/:ver', nested);
    app.get('/api/:ver/item/:iid', look, (req, res) => void res.send({ baseUrl: req.baseUrl, path: req.route.path }));
    const port = await listen(app);

    const responses = [await ask(port, '/api/v1/item/9'), await ask(port, '/api/v1/item/9')];

    const once = [
      ['', undefined, '/api/v1/item/9', {}],
      ['/api/v1', undefined, '/item/9', {}],
      ['/api/v1', '/item/:iid', '/item/9', { iid: '9' }],
      ['', '/api/:ver/item/:iid', '/api/v1/item/9', { ver: 'v1', iid: '9' }],
    ];
    expect(seen).toEqual([...once, ...once]);
    expect(responses.map(({ body }) => JSON.parse(body.toString()))).toEqual([
      { baseUrl: '', path: '/api/:ver/item/:iid' },
      { baseUrl: '', path: '/api/:ver/item/:iid' },
    ]);
  });

  test('keeps the routes of concurrent requests apart', async () => {
    const { create, router, registry, middleware } = setUp(version);
    const app = create();
    const nested = router();
    nested.get('/item/:iid', async (_, res) => {
      await delay(Math.random() * 20);
      res.send('ok');
    });
    app.use(middleware);
    app.use(async (_req, _res, next) => {
      await delay(Math.random() * 20);
      next();
    });
    app.use('/api/:ver', nested);
    app.use('/other/:o', nested);
    const port = await listen(app);

    await Promise.all(
      Array.from({ length: 60 }, (_, i) => ask(port, `${i % 3 === 0 ? '/api/v' : '/other/o'}${i}/item/${i}`)),
    );

    await eventually(() =>
      expect(ended(registry)).toEqual({ 'GET /api/:ver/item/:iid 200': 20, 'GET /other/:o/item/:iid 200': 40 }),
    );
  });

  test('two copies of the package count a request once and track it once', async () => {
    const { create, router, registry, middleware } = setUp(version);
    vi.resetModules();
    const second = await import('./http-metrics.ts');
    const { RouteTracker: SecondTracker } = await import('./route-tracker.ts');
    // Imported by path, because the package does not export this function.
    const { unobserveRequests } = await import('../../http/src/node/requests/early-request.ts');
    onTestFinished(unobserveRequests);
    expect(second.httpMetrics).not.toBe(httpMetrics);
    expect(SecondTracker).not.toBe(RouteTracker);
    const calls = [vi.spyOn(RouteTracker.prototype, 'frame'), vi.spyOn(SecondTracker.prototype, 'frame')];
    for (const spy of calls) onTestFinished(() => spy.mockRestore());
    const app = create();
    app.use(middleware);
    app.use(second.httpMetrics({ registry }));
    const api = router();
    api.get('/item/:iid', async (_, res) => {
      await delay(20);
      res.send('ok');
    });
    app.use('/api/:ver', api);
    app.get('/plain/:id', ok);
    const port = await listen(app);

    await Promise.all([1, 2, 3].map((i) => ask(port, `/api/v${i}/item/${i}`)));
    for (let i = 0; i < 3; i++) await ask(port, `/plain/${i}`);

    await eventually(() =>
      expect(ended(registry)).toEqual({ 'GET /api/:ver/item/:iid 200': 3, 'GET /plain/:id 200': 3 }),
    );
    expect(rows(registry, 'http_requests_in_flight')).toEqual([expect.objectContaining({ value: 0 })]);
    expect(rows(registry, 'http_instrumentation_errors_total')).toEqual([expect.objectContaining({ value: 0 })]);
    expect(calls.filter(({ mock }) => mock.calls.length > 0)).toHaveLength(1);
  });

  test('the copy of the package that is loaded last may be mounted first', async () => {
    const { create, registry, middleware } = setUp(version);
    vi.resetModules();
    const second = await import('./http-metrics.ts');
    const { unobserveRequests } = await import('../../http/src/node/requests/early-request.ts');
    onTestFinished(unobserveRequests);
    const app = create();
    app.use(second.httpMetrics({ registry }));
    app.use(middleware);
    app.get('/plain/:id', ok);
    const port = await listen(app);

    for (let i = 0; i < 3; i++) await ask(port, `/plain/${i}`);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /plain/:id 200': 3 }));
  });

  test('works inside a mount, also for the first request', async () => {
    const { create, router, registry, middleware } = setUp(version);
    const app = create();
    const api = router();
    api.use(middleware);
    api.get('/item/:iid', ok);
    app.use('/api/:ver', api);
    app.get('/outside', ok);
    const port = await listen(app);

    for (const path of ['/api/v1/item/1', '/api/v2/item/2', '/api/v3/item/3', '/outside']) await ask(port, path);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /api/:ver/item/:iid 200': 3 }));
  });

  test('counts errors of the instrumentation and hides them from the application', async () => {
    const onError = vi.fn();
    const { create, registry, middleware } = setUp(version, { onError });
    const app = create();
    app.use((req, _res, next) => {
      Object.defineProperty(req, 'route', { get: fail, set: () => undefined });
      next();
    });
    app.use(middleware);
    app.get('/plain/:id', ok);
    const port = await listen(app);

    const { status } = await ask(port, '/plain/1');

    expect(status).toBe(200);
    await eventually(() => expect(onError).toHaveBeenCalled());
    await eventually(() => expect(Object.values(ended(registry))).toEqual([1]));
    expect(rows(registry, 'http_instrumentation_errors_total')).toEqual([
      expect.objectContaining({ value: onError.mock.calls.length }),
    ]);
  });

  test('counts a client that disconnects under the route whose handler was running', async () => {
    const { create, router, registry, middleware } = setUp(version);
    const app = create();
    const nested = router();
    const called = new Promise<void>((resolve) => nested.get('/never/:x', () => resolve()));
    app.use(middleware);
    app.use('/api/:ver', nested);
    const port = await listen(app);
    const req = begin(port, '/api/v1/never/1');
    await called;

    req.destroy();

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /api/:ver/never/:x 499': 1 }));
  });

  test('setRoute in a handler overrides the route', async () => {
    const { create, registry, middleware } = setUp(version);
    const app = create();
    app.use(middleware);
    app.get('/graphql', (req, res) => {
      setRoute(req, req.query.hidden ? false : '/graphql#users');
      res.send('ok');
    });
    const port = await listen(app);

    for (const path of ['/graphql', '/graphql?hidden=1']) await ask(port, path);

    await eventually(() => expect(ended(registry)).toEqual({ 'GET /graphql#users 200': 1 }));
  });
});

async function serveMetrics(options?: ExpressMetricsOptions, registry = new Registry()) {
  const { create, middleware } = setUp('5.3', options, registry);
  const app = create();
  app.disable('x-powered-by');
  app.use(middleware);
  app.get('/plain/:id', ok);
  return { registry, port: await listen(app) };
}

describeServedMetrics('GET /metrics', async (registry) => (await serveMetrics({}, registry)).port);

describe('scrape path', () => {
  test('responds 405 to other methods and does not record them', async () => {
    const { registry, port } = await serveMetrics();

    const { status, headers } = await ask(port, '/metrics', { method: 'POST' });

    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
    await delay(20);
    expect(ended(registry)).toEqual({});
  });

  test.each(names)('path is the whole path, also in a mounted application (Express %s)', async (version) => {
    const { create, registry, middleware } = setUp(version, { path: '/internal/metrics' });
    const app = create();
    const internal = create();
    internal.use(middleware);
    internal.get('/metrics', ok);
    internal.get('/page', ok);
    app.use('/internal', internal);
    app.get('/metrics', (_, res) => void res.send('mine'));
    const port = await listen(app);

    const scrape = await ask(port, '/internal/metrics?x');
    const own = await ask(port, '/metrics');
    await ask(port, '/internal/page');

    expect(scrape.body.toString()).toContain('# TYPE http_instrumentation_errors_total counter\n');
    expect(own.body.toString()).toBe('mine');
    await eventually(() => expect(ended(registry)).toEqual({ 'GET /internal/page 200': 1 }));
  });

  test('path: false leaves /metrics to the application', async () => {
    const { registry, port } = await serveMetrics({ path: false });

    const { status } = await ask(port, '/metrics');

    expect(status).toBe(404);
    await eventually(() => expect(ended(registry)).toEqual({ 'GET (unmatched) 404': 1 }));
  });
});

describe.each(names)('Express %s', (version) => {
  describeRequestEnds('end of a request', async (registry, listener) => {
    const { create, middleware } = setUp(version, {}, registry);
    const app = create();
    app.use(middleware);
    app.all('/route', (req, res) => listener(req, res));
    const server = createServer(app);
    await listening(server);
    return server;
  });
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
