import { fetchMetrics, setRoute } from '@promwright/http/fetch';
import { Counter } from '@promwright/metrics';
import { Hono } from 'hono';
import { matchedRoutes, routePath } from 'hono/route';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const app = new Hono();

app.use(async (c, next) => {
  // Usually the first route with a method answers. It counts if the client leaves before.
  const expected = matchedRoutes(c).find(({ method }) => method !== 'ALL');
  if (expected !== undefined) setRoute(c.req.raw, expected.path);
  await next();
  // The path of the handler that ran last. For a middleware of all paths, as this one, it says nothing.
  const route = routePath(c);
  if (route !== '/*') setRoute(c.req.raw, route);
});

app.get('/products/:id', (c) => c.text(`Product ${c.req.param('id')}\n`));

app.post('/products/tea/orders', async (c) => {
  const customer = await c.req.text();
  orders.inc({ product: 'tea' });
  return c.text(`Thank you ${customer}\n`, 201);
});

export const fetch = fetchMetrics(app.fetch);
