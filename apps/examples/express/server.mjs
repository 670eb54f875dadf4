import { httpMetrics } from '@promwright/express';
import { Counter } from '@promwright/metrics';
import express from 'express';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const app = express();
app.use(httpMetrics());

app.get('/products/:id', (req, res) => {
  res.send(`Product ${req.params.id}\n`);
});

app.post('/products/tea/orders', express.text(), (_req, res) => {
  orders.inc({ product: 'tea' });
  res.status(201).send('Thank you\n');
});

const port = Number(process.env.PORT ?? 3000);
app.listen(port, (error) => {
  if (error) throw error;
  console.log(`http://localhost:${port}/metrics`);
});
