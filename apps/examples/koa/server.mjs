import { text } from 'node:stream/consumers';
import Router from '@koa/router';
import { httpMetrics } from '@promwright/koa';
import { Counter } from '@promwright/metrics';
import Koa from 'koa';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const app = new Koa();
app.use(httpMetrics());

const router = new Router();
router.get('/products/:id', (ctx) => {
  ctx.body = `Product ${ctx.params.id}\n`;
});
router.post('/products/tea/orders', async (ctx) => {
  const customer = await text(ctx.req);
  orders.inc({ product: 'tea' });
  ctx.status = 201;
  ctx.body = `Thank you ${customer}\n`;
});
app.use(router.routes()).use(router.allowedMethods());

const port = Number(process.env.PORT ?? 3000);
app.listen(port, () => {
  console.log(`http://localhost:${port}/metrics`);
});
