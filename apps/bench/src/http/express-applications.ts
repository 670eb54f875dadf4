import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';
import { httpMetrics } from '@promwright/express';
import { Registry } from '@promwright/metrics';
import express, { type Express, type RequestHandler } from 'express';
import { type Application, type ApplicationEntry, BARE, DurationTotal, LEAST } from './application.ts';
import { peerModule } from './peer-module.ts';
import { clearPeerRegistry, ownReading, peerReading } from './readings.ts';

/** Applications of Express with a router inside a parameterised mount and five middlewares, like a small real application. */
export const expressApplications: readonly ApplicationEntry[] = [
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
      return hello((_req, res, next) => {
        total.time(res);
        next();
      }, total.read);
    },
  },
  {
    name: 'empty subscriber of the router',
    create: async () => {
      // As `tracing:express.router.request` of routers from version 2.3 is used to learn the routes.
      for (const event of ['start', 'error']) subscribe(`tracing:express.router.request:${event}`, () => undefined);
      return hello();
    },
  },
  {
    name: 'express-prom-bundle 8',
    create: async () => {
      clearPeerRegistry();
      const bundle = peerModule<(options: object) => RequestHandler>('express-prom-bundle');
      return hello(bundle({ includeMethod: true, includePath: true }), peerReading);
    },
  },
  {
    name: '@promster/express 14',
    create: async () => {
      clearPeerRegistry();
      const { createMiddleware } = peerModule<{ createMiddleware(options: object): RequestHandler }>(
        '@promster/express',
      );
      return withRoutes((app) => app.use(createMiddleware({ app })), peerReading);
    },
  },
];

function hello(middleware?: RequestHandler, read?: Application['read']): Application {
  return withRoutes((app) => middleware && app.use(middleware), read);
}

function withRoutes(instrument: (app: Express) => unknown, read?: Application['read']): Application {
  let answered = 0;
  const app = express();
  app.disable('etag').disable('x-powered-by');
  instrument(app);
  for (let i = 0; i < 5; i++) app.use((_req, _res, next) => next());
  const router = express.Router({ mergeParams: true });
  router.get('/hello/:id', (_req, res) => {
    answered++;
    res.end('hello');
  });
  app.use('/api/:version', router);
  return { server: createServer(app), read: read ?? (() => ({ series: 1, total: answered })) };
}
