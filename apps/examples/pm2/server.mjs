import { joinProcesses } from '@promwright/cluster';
import { httpMetrics } from '@promwright/express';
import { Counter } from '@promwright/metrics';
import express from 'express';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const app = express();
app.use(httpMetrics({ scrape: { gatherer: joinProcesses() } }));

app.post('/products/tea/orders', (_req, res) => {
  orders.inc({ product: 'tea' });
  res.status(201).send('Thank you\n');
});

const server = app.listen(Number(process.env.PORT ?? 3000), (error) => {
  if (error) throw error;
  process.send?.('ready');
});

// PM2 sends SIGINT and kills the process 1.6 seconds later. Without a handler, the signal ends the process without a last publication.
process.on('SIGINT', () => server.close(() => process.exit()));
