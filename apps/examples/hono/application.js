import { fetchMetrics, setRoute } from '@promwright/http/fetch';
import { Counter } from '@promwright/metrics';
import { Hono } from 'hono';
import { routePath } from 'hono/route';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const app = new Hono();

app.use(async (c, next) => {
  await next();
  const route = routePath(c, -1);
  // Where no route answered, the last path is this middleware's own.
  if (route !== '/*') setRoute(c.req.raw, route);
});

app.get('/products/:id', (c) => c.text(`Product ${c.req.param('id')}\n`));

app.post('/products/tea/orders', (c) => {
  orders.inc({ product: 'tea' });
  return c.text('Thank you\n', 201);
});

export const fetch = fetchMetrics(app.fetch);
