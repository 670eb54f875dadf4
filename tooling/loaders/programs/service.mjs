// A service with one counter: requests two pages, scrapes itself, and prints the samples.
import { httpMetrics } from '@promwright/express';
import { Counter } from '@promwright/metrics';
import express from 'express';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });
const app = express();
app.use(httpMetrics());
app.get('/orders/:id', (req, res) => {
  orders.inc({ product: 'tea' });
  res.send(`Order ${req.params.id}\n`);
});
const server = app.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  for (const id of [1, 2]) await (await fetch(`${url}/orders/${id}`)).text();
  const page = await (await fetch(`${url}/metrics`)).text();
  console.log(
    page
      .split('\n')
      .filter((line) => /^(?:orders_total|http_request_duration_seconds_count)\{/.test(line))
      .join('\n'),
  );
  server.close();
  server.closeAllConnections();
});
