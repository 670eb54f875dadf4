import { httpMetrics } from '@promwright/fastify';
import { Counter } from '@promwright/metrics';
import fastify from 'fastify';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const app = fastify();
await app.register(httpMetrics);

app.get('/products/:id', (request) => `Product ${request.params.id}\n`);

app.post('/products/tea/orders', (_request, reply) => {
  orders.inc({ product: 'tea' });
  return reply.code(201).send('Thank you\n');
});

await app.listen({ port: process.env.PORT ?? 3000 });
console.log(`http://localhost:${app.server.address().port}/metrics`);
