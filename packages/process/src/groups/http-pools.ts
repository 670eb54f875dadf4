import { MeasuredFamilies } from '../collectors.ts';
import type { GroupContext, StartedGroup } from '../group-context.ts';
import { type HttpPool, isHttpPool, readPoolUsage } from '../http-pool.ts';
import { tryCall } from '../platform.ts';

/**
 * Keys of undici's global dispatcher, used by `fetch`; also those of Node's own copy. Newer versions use a higher
 * number.
 */
const GLOBAL_DISPATCHERS: readonly symbol[] = [2, 1].map((n) => Symbol.for(`undici.globalDispatcher.${n}`));

/** Starts the metrics of connection pools for outbound requests. */
export function startHttpPools(context: GroupContext): StartedGroup {
  const sockets = context.threadGauge({
    name: 'nodejs_http_pool_sockets',
    help: 'Connections of a pool for outbound HTTP requests, by state: free or in_use.',
    labelNames: ['pool', 'state'],
  });
  const queued = context.threadGauge({
    name: 'nodejs_http_pool_queued_requests',
    help: 'Outbound HTTP requests waiting for a connection of the pool.',
    labelNames: ['pool'],
  });
  const pools = new Map<string, () => unknown>();
  const http = tryCall(() => process.getBuiltinModule('node:http'));
  // Throws if Node was built without TLS.
  const https = tryCall(() => process.getBuiltinModule('node:https'));
  if (http !== undefined) pools.set('http', () => http.globalAgent);
  if (https !== undefined) pools.set('https', () => https.globalAgent);
  pools.set('fetch', globalDispatcher);
  for (const [name, pool] of Object.entries(context.options.httpPools)) pools.set(name, () => pool);

  const measured = new MeasuredFamilies([sockets, queued], {
    measure() {
      for (const [name, find] of pools) {
        const pool = find();
        const use = isHttpPool(pool) ? tryCall(() => readPoolUsage(pool)) : undefined;
        if (use === undefined) continue;
        sockets.add(use.free, name, 'free');
        sockets.add(use.inUse, name, 'in_use');
        queued.add(use.queued, name);
      }
    },
  });
  return { collectors: [measured] };
}

/**
 * Returns the dispatcher of `fetch`. Looked up at each scrape: it exists from the first `fetch` on, and programs may
 * replace it.
 */
function globalDispatcher(): HttpPool | undefined {
  const holder = globalThis as unknown as Readonly<Record<symbol, unknown>>;
  return GLOBAL_DISPATCHERS.map((key) => holder[key]).find(isHttpPool);
}
