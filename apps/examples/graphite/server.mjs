import { createServer } from 'node:http';
import { GraphiteBridge } from '@promwright/graphite';
import { Counter } from '@promwright/metrics';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

const bridge = new GraphiteBridge({
  host: process.env.GRAPHITE_HOST ?? 'localhost',
  port: Number(process.env.GRAPHITE_PORT ?? 2003),
  prefix: 'apps.shop',
  tags: { host: 'web-1' },
});
bridge.start();

const server = createServer((_req, res) => {
  orders.inc({ product: 'green tea' });
  res.end('Thank you\n');
});
const port = Number(process.env.PORT ?? 3000);
server.listen(port, () => {
  console.log(`http://localhost:${port}/`);
});

process.once('SIGTERM', async () => {
  server.close();
  server.closeIdleConnections();
  await bridge.stop();
});
