import type { Server } from 'node:http';
import { Readable } from 'node:stream';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { prometheus } from '@hono/prometheus';
import { instrumentServer } from '@promwright/http';
import { fetchMetrics, setRoute } from '@promwright/http/fetch';
import { Registry } from '@promwright/metrics';
import { Hono } from 'hono';
import { matchedRoutes, routePath } from 'hono/route';
import { endlessBody, wholeBody } from './bodies.ts';
import { afterClientLeft, reached } from './client-events.ts';

type Application = Hono<{ Bindings: HttpBindings }>;

export function withOurs(): Server {
  const registry = new Registry();
  const app = application((app) =>
    app.use(async (c, next) => {
      const expected = matchedRoutes(c).find(({ method }) => method !== 'ALL');
      if (expected !== undefined) setRoute(c.req.raw, expected.path);
      await next();
      const route = routePath(c);
      if (route !== '/*') setRoute(c.req.raw, route);
    }),
  );
  const server = createAdaptorServer({ fetch: fetchMetrics(app.fetch, { registry }) }) as Server;
  instrumentServer(server, { registry });
  return server;
}

export function withHonoPrometheus(): Server {
  const { printMetrics, registerMetrics } = prometheus();
  const app = application((app) => app.use('*', registerMetrics).get('/metrics', printMetrics));
  return createAdaptorServer({ fetch: app.fetch }) as Server;
}

function application(instrument: (app: Application) => unknown): Application {
  const app: Application = new Hono();
  instrument(app);
  // Otherwise Hono prints errors.
  app.onError((_error, c) => c.text('error', 500));
  const items = new Hono();
  items.get('/item/:iid', (c) => c.text('item'));
  const web = (body: Readable) => new Response(Readable.toWeb(body) as ReadableStream);
  app.get('/static', (c) => c.text('static'));
  app.get('/plain/:id', (c) => c.text('plain'));
  app.route('/api/:ver', items);
  app.get('/files/*', (c) => c.text('file'));
  app.get('/redirect', (c) => c.redirect('/static'));
  app.get('/error', () => {
    throw new Error('broken');
  });
  app.get('/slow', async (c) => {
    await afterClientLeft(c.env.incoming);
    return c.text('late');
  });
  app.get('/never', () => {
    reached();
    return new Promise<Response>(() => undefined);
  });
  app.get('/endless', () => web(endlessBody()));
  app.get('/stream', () => web(wholeBody()));
  return app;
}
