import { fetchMetrics, setRoute } from '@promwright/http/fetch';
import { Counter } from '@promwright/metrics';
import { Hono } from 'hono';
import { routePath } from 'hono/route';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const app = new Hono();

app.use((c, next) => {
  const route = routePath(c, -1);
  // If no route matches, the last path is the path of this middleware.
  if (route !== '/*') setRoute(c.req.raw, route);
  return next();
});

app.get('/products/:id', (c) => c.text(`Product ${c.req.param('id')}\n`));

app.post('/products/tea/orders', async (c) => {
  const customer = await c.req.text();
  orders.inc({ product: 'tea' });
  return c.text(`Thank you ${customer}\n`, 201);
});

export const fetch = fetchMetrics(app.fetch);
