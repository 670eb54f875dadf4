import { createServer, type Server } from 'node:http';
import Router from '@koa/router';
import { httpMetrics } from '@promwright/koa';
import { Registry } from '@promwright/metrics';
import Koa, { type Middleware } from 'koa';
import { peerModule } from '../http/peer-module.ts';
import { endlessBody, wholeBody } from './bodies.ts';
import { afterClientLeft, reached } from './client-events.ts';

export function withOurs(): Server {
  return serverWith(httpMetrics({ registry: new Registry() }));
}

export function withApiMetrics(): Server {
  const { koaMiddleware } = peerModule<{ koaMiddleware(options?: object): Middleware }>('prometheus-api-metrics');
  return serverWith(koaMiddleware());
}

function serverWith(middleware: Middleware): Server {
  const app = new Koa();
  // Otherwise Koa prints errors.
  app.silent = true;
  app.use(middleware);
  const say = (text: string) => (ctx: { body: unknown }) => {
    ctx.body = text;
  };
  const items = new Router();
  items.get('/item/:iid', say('item'));
  const router = new Router();
  router.get('/static', say('static'));
  router.get('/plain/:id', say('plain'));
  router.use('/api/:ver', items.routes());
  router.get('/files/*path', say('file'));
  router.get('/redirect', (ctx) => void ctx.redirect('/static'));
  router.get('/error', () => {
    throw new Error('broken');
  });
  router.get('/slow', async (ctx) => {
    await afterClientLeft(ctx.req);
    ctx.body = 'late';
  });
  router.get('/never', () => {
    reached();
    return new Promise(() => undefined);
  });
  router.get('/endless', (ctx) => {
    ctx.body = endlessBody();
  });
  router.get('/stream', (ctx) => {
    ctx.body = wholeBody();
  });
  app.use(router.routes());
  return createServer(app.callback());
}
