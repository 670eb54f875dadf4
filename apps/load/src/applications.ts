import { createServer, type Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { httpMetrics as expressMetrics } from '@promwright/express';
import { httpMetrics as fastifyMetrics } from '@promwright/fastify';
import { Counter } from '@promwright/metrics';
import express from 'express';
import Fastify from 'fastify';
import type { Framework } from './frameworks.ts';
import { SLOW_MS } from './traffic.ts';

/** Number of scrapes at once: the two Prometheus, the slow clients and the frequent one, with some room. */
const SCRAPE = { maxInFlight: 16 };

/** Creates the application in a framework. Call once in a process, because the metrics are in the default registry. */
export async function createApplication(framework: Framework): Promise<Server> {
  const orders = new Counter({ name: 'load_orders_total', help: 'Orders placed.' });
  return framework === 'express' ? expressApplication(orders) : fastifyApplication(orders);
}

function expressApplication(orders: Counter): Server {
  const app = express();
  app.use(expressMetrics({ scrape: SCRAPE }));
  app.get('/products/:id', (req, res) => void res.send(req.params.id));
  app.post('/orders', (_req, res) => {
    orders.inc();
    res.status(201).send('placed');
  });
  app.get('/slow', async (_req, res) => {
    await delay(SLOW_MS);
    res.send('slow');
  });
  app.get('/failing', (_req, res) => void res.status(500).send('failed'));
  return createServer(app);
}

async function fastifyApplication(orders: Counter): Promise<Server> {
  const app = Fastify();
  await app.register(fastifyMetrics, { scrape: SCRAPE });
  app.get<{ Params: { id: string } }>('/products/:id', (request) => request.params.id);
  app.post('/orders', (_request, reply) => {
    orders.inc();
    return reply.code(201).send('placed');
  });
  app.get('/slow', async () => {
    await delay(SLOW_MS);
    return 'slow';
  });
  app.get('/failing', (_request, reply) => reply.code(500).send('failed'));
  await app.ready();
  return app.server;
}
