import { createServer } from 'node:http';
import Router from '@koa/router';
import { httpMetrics } from '@promwright/koa';
import { Registry } from '@promwright/metrics';
import Koa, { type Middleware } from 'koa';
import { type Application, type ApplicationEntry, BARE, DurationTotal, LEAST } from './application.ts';
import { peerModule } from './peer-module.ts';
import { clearPeerRegistry, ownReading, peerReading } from './readings.ts';

/** Applications of Koa with a nested router. */
export const koaApplications: readonly ApplicationEntry[] = [
  {
    name: 'ours',
    create: async () => {
      const registry = new Registry();
      return hello(httpMetrics({ registry }), () => ownReading(registry));
    },
  },
  { name: BARE, create: async () => hello() },
  {
    name: LEAST,
    create: async () => {
      const total = new DurationTotal();
      return hello((ctx, next) => {
        total.time(ctx.res);
        return next();
      }, total.read);
    },
  },
  {
    name: 'prometheus-api-metrics 4',
    create: async () => {
      clearPeerRegistry();
      const { koaMiddleware } = peerModule<{ koaMiddleware(options: object): Middleware }>('prometheus-api-metrics');
      return hello(koaMiddleware({}), peerReading);
    },
  },
];

function hello(middleware?: Middleware, read?: Application['read']): Application {
  let answered = 0;
  const app = new Koa();
  if (middleware !== undefined) app.use(middleware);
  const inner = new Router();
  inner.get('/hello/:id', (ctx) => {
    answered++;
    ctx.body = 'hello';
  });
  const outer = new Router();
  outer.use('/api/:version', inner.routes());
  app.use(outer.routes());
  return { server: createServer(app.callback()), read: read ?? (() => ({ series: 1, total: answered })) };
}
