import { createServer } from 'node:http';
import { instrumentAll, startMetricsServer } from '@promwright/http';

// Measures the requests of every server of the program; a separate port serves the metrics.
instrumentAll();
const metrics = await startMetricsServer({ port: Number(process.env.METRICS_PORT ?? 9464) });

const server = createServer((_req, res) => res.end('Hello\n'));
server.listen(process.env.PORT ?? 3000, () => {
  console.log(`http://localhost:${server.address().port}/`);
  console.log(metrics.url);
});

process.once('SIGTERM', async () => {
  server.close();
  server.closeIdleConnections();
  await metrics.close();
});
