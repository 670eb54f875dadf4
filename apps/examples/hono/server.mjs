import { serve } from '@hono/node-server';
import { fetch } from './application.mjs';

serve({ fetch, port: Number(process.env.PORT ?? 3000) }, ({ port }) => {
  console.log(`http://localhost:${port}/metrics`);
});
