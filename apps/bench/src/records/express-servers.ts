import { createServer, type Server } from 'node:http';
import { httpMetrics } from '@promwright/express';
import { Registry } from '@promwright/metrics';
import express, { type Express, type RequestHandler, type Response } from 'express';
import { peerModule } from '../http/peer-module.ts';
import { endlessBody, wholeBody } from './bodies.ts';
import { afterClientLeft, reached } from './client-events.ts';

export function withOurs(): Server {
  return serverWith((app) => app.use(httpMetrics({ registry: new Registry() })));
}

export function withPromBundle(): Server {
  const bundle = peerModule<(options: object) => RequestHandler>('express-prom-bundle');
  return serverWith((app) => app.use(bundle({ includeMethod: true, includePath: true })));
}

export function withPromster(): Server {
  const { createMiddleware, getSummary, getContentType } = peerModule<{
    createMiddleware(options: object): RequestHandler;
    getSummary(): Promise<string>;
    getContentType(): string;
  }>('@promster/express');
  return serverWith((app) => {
    app.use(createMiddleware({ app }));
    app.get('/metrics', async (_req, res) => {
      res.setHeader('Content-Type', getContentType());
      res.end(await getSummary());
    });
  });
}

export function withApiMetrics(): Server {
  const metrics = peerModule<(options?: object) => RequestHandler>('prometheus-api-metrics');
  return serverWith((app) => app.use(metrics()));
}

function serverWith(instrument: (app: Express) => unknown): Server {
  const app = express();
  // Otherwise Express prints errors that reach the final handler.
  app.set('env', 'test');
  instrument(app);
  const say = (text: string) => (_req: unknown, res: Response) => void res.send(text);
  const items = express.Router();
  items.get('/item/:iid', say('item'));
  app.get('/static', say('static'));
  app.get('/plain/:id', say('plain'));
  app.use('/api/:ver', items);
  app.get('/files/*path', say('file'));
  app.get('/redirect', (_req, res) => res.redirect('/static'));
  app.get('/error', () => {
    throw new Error('broken');
  });
  app.get('/slow', async (req, res) => {
    await afterClientLeft(req);
    res.send('late');
  });
  app.get('/never', () => reached());
  app.get('/endless', (_req, res) => void endlessBody().pipe(res));
  app.get('/stream', (_req, res) => void wholeBody().pipe(res));
  return createServer(app);
}
