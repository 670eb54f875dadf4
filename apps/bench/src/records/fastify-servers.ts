import type { Server } from 'node:http';
import { httpMetrics } from '@promwright/fastify';
import { Registry } from '@promwright/metrics';
import Fastify, { type FastifyInstance } from 'fastify';
import { peerModule } from '../http/peer-module.ts';
import { endlessBody, wholeBody } from './bodies.ts';
import { afterClientLeft, reached } from './client-events.ts';

export function withOurs(): Promise<Server> {
  return serverWith((app) => app.register(httpMetrics, { registry: new Registry() }));
}

export function withFastifyMetrics(routeMetrics: object): Promise<Server> {
  const plugin = peerModule<object>('fastify-metrics');
  return serverWith((app) => app.register(plugin as never, { endpoint: '/metrics', routeMetrics } as never));
}

export function withPromster(): Promise<Server> {
  const { plugin, getSummary, getContentType } = peerModule<{
    plugin: object;
    getSummary(): Promise<string>;
    getContentType(): string;
  }>('@promster/fastify');
  return serverWith(async (app) => {
    await app.register(plugin as never);
    app.get('/metrics', async (_request, reply) => reply.type(getContentType()).send(await getSummary()));
  });
}

async function serverWith(instrument: (app: FastifyInstance) => unknown): Promise<Server> {
  const app = Fastify();
  await instrument(app);
  app.get('/static', async () => 'static');
  app.get('/plain/:id', async () => 'plain');
  app.register(async (items) => void items.get('/item/:iid', async () => 'item'), { prefix: '/api/:ver' });
  app.get('/files/*', async () => 'file');
  app.get('/redirect', (_request, reply) => void reply.redirect('/static'));
  app.get('/error', async () => {
    throw new Error('broken');
  });
  app.get('/slow', async (request) => {
    await afterClientLeft(request.raw);
    return 'late';
  });
  app.get('/never', () => reached());
  app.get('/endless', (_request, reply) => reply.send(endlessBody()));
  app.get('/stream', (_request, reply) => reply.send(wholeBody()));
  await app.ready();
  return app.server;
}
