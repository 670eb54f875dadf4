import { createAdaptorServer } from '@hono/node-server';
import { instrumentServer } from '@promwright/http';
import { fetch } from './application.mjs';

const server = createAdaptorServer({ fetch });
instrumentServer(server);

server.listen(Number(process.env.PORT ?? 3000), () => {
  console.log(`http://localhost:${server.address().port}/metrics`);
});
