import cluster from 'node:cluster';
import { joinProcesses } from '@promwright/cluster';
import { httpMetrics } from '@promwright/fastify';
import { Counter } from '@promwright/metrics';
import fastify from 'fastify';

if (cluster.isPrimary) {
  for (let i = 0; i < 4; i++) cluster.fork();
} else {
  const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

  const app = fastify();
  app.register(httpMetrics, { scrape: { gatherer: joinProcesses() } });

  app.post('/products/tea/orders', (_request, reply) => {
    orders.inc({ product: 'tea' });
    return reply.code(201).send('Thank you\n');
  });

  const port = Number(process.env.PORT ?? 3000);
  app.listen({ port }, (error) => {
    if (error) throw error;
    console.log(`http://localhost:${port}/metrics`);
  });
}
